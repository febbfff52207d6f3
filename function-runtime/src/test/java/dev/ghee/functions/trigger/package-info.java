/** Apps with triggers. */
@NullMarked
package dev.ghee.functions.trigger;

import org.jspecify.annotations.NullMarked;
