/** From an app's replication slot to the log, in the one process that reads the slot. */
@NullMarked
package dev.ghee.realtime.capture;

import org.jspecify.annotations.NullMarked;
