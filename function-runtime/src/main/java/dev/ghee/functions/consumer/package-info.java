/** Who hands the messages of queues to functions. */
@NullMarked
package dev.ghee.functions.consumer;

import org.jspecify.annotations.NullMarked;
