/** Functions as their app has deployed them: versions, environment, triggers, and the log of their calls. */
@NullMarked
package dev.ghee.functions.function;

import org.jspecify.annotations.NullMarked;
