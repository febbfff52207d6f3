/** The data API against real databases. */
@NullMarked
package dev.ghee.control.data;

import org.jspecify.annotations.NullMarked;
