/** The code around every function's own: takes the call, makes the handler's context, reports what was said. */
@NullMarked
package dev.ghee.functions.wrapper;

import org.jspecify.annotations.NullMarked;
