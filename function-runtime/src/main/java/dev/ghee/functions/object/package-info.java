/** Durable objects: their management, and the way of a request to an object. */
@NullMarked
package dev.ghee.functions.object;

import org.jspecify.annotations.NullMarked;
