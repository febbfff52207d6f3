/** Tests of events that clients send to functions. */
@NullMarked
package dev.ghee.functions.event;

import org.jspecify.annotations.NullMarked;
