/** Schedules, and who serves their ticks. */
@NullMarked
package dev.ghee.functions.cron;

import org.jspecify.annotations.NullMarked;
