/** Events that clients of realtime-gateway send to functions. */
@NullMarked
package dev.ghee.functions.event;

import org.jspecify.annotations.NullMarked;
