/** Work that a dead process has left, or that nobody comes back for. */
@NullMarked
package dev.ghee.storage.upkeep;

import org.jspecify.annotations.NullMarked;
