/** Tests of the service as a whole. */
@NullMarked
package dev.ghee.control;

import org.jspecify.annotations.NullMarked;
