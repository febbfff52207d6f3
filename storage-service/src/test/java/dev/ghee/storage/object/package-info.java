@NullMarked
package dev.ghee.storage.object;

import org.jspecify.annotations.NullMarked;
