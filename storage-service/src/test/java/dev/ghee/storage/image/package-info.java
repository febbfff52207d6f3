/** Tests. */
@NullMarked
package dev.ghee.storage.image;

import org.jspecify.annotations.NullMarked;
