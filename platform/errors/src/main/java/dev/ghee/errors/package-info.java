/** The one exception type, its codes, and the shapes an error takes on the wire. */
@NullMarked
package dev.ghee.errors;

import org.jspecify.annotations.NullMarked;
