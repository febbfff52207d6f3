/** Events that clients send to the app's functions, and the functions' answers. */
@NullMarked
package dev.ghee.realtime.event;

import org.jspecify.annotations.NullMarked;
