@NullMarked
package dev.ghee.storage.build;

import org.jspecify.annotations.NullMarked;
