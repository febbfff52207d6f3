/** From the log to the sockets of this process: order, judgement, replay and snapshots. */
@NullMarked
package dev.ghee.realtime.delivery;

import org.jspecify.annotations.NullMarked;
