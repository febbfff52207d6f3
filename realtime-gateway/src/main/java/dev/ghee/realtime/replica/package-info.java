/** Which processes of this service are alive, and which apps each has subscribers for. */
@NullMarked
package dev.ghee.realtime.replica;

import org.jspecify.annotations.NullMarked;
