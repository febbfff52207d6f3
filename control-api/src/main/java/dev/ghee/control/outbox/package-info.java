/** Changes of state on their way from the control database to Kafka. */
@NullMarked
package dev.ghee.control.outbox;

import org.jspecify.annotations.NullMarked;
