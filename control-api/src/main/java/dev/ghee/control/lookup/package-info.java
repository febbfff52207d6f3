/** Answers to other services about apps and keys that Kafka has not brought them yet. */
@NullMarked
package dev.ghee.control.lookup;

import org.jspecify.annotations.NullMarked;
