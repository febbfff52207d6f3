@NullMarked
package dev.ghee.storage.content;

import org.jspecify.annotations.NullMarked;
