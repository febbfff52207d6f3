/** Queues and hooks, with real functions. */
@NullMarked
package dev.ghee.functions.consumer;

import org.jspecify.annotations.NullMarked;
