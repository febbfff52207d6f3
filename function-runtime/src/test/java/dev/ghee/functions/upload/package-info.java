/** Tests of functions that are called for stored objects. */
@NullMarked
package dev.ghee.functions.upload;

import org.jspecify.annotations.NullMarked;
