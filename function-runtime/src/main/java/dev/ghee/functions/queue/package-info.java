/** Messages that wait for a function, durable in the app's database. */
@NullMarked
package dev.ghee.functions.queue;

import org.jspecify.annotations.NullMarked;
