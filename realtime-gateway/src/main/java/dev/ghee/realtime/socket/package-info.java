/** The WebSocket protocol. */
@NullMarked
package dev.ghee.realtime.socket;

import org.jspecify.annotations.NullMarked;
