/** Functions that are called at times. */
@NullMarked
package dev.ghee.functions.cron;

import org.jspecify.annotations.NullMarked;
