/** Static files of sample apps, in development. */
@NullMarked
package dev.ghee.edge.files;

import org.jspecify.annotations.NullMarked;
