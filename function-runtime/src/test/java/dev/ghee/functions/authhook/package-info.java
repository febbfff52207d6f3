/** Tests of functions that hear of sign-ins. */
@NullMarked
package dev.ghee.functions.authhook;

import org.jspecify.annotations.NullMarked;
