/** Tests of sockets. */
@NullMarked
package dev.ghee.realtime.socket;

import org.jspecify.annotations.NullMarked;
