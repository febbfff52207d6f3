/** Images in another size, cut or format. */
@NullMarked
package dev.ghee.storage.image;

import org.jspecify.annotations.NullMarked;
