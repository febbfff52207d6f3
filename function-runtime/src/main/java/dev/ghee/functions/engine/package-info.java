/** Runs the code of functions in workerd processes, one per active app, and keeps it in its box. */
@NullMarked
package dev.ghee.functions.engine;

import org.jspecify.annotations.NullMarked;
