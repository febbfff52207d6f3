/** From judged changes to the bytes that sockets get. */
@NullMarked
package dev.ghee.realtime.fanout;

import org.jspecify.annotations.NullMarked;
