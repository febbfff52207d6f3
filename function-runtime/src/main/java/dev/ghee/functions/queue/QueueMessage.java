package dev.ghee.functions.queue;

import java.time.Instant;

/**
 * A message that was leased.
 *
 * @param attempts this one included; together with the id it says who holds the lease
 */
public record QueueMessage(long id, String body, int attempts, Instant createdAt) {
    @Override
    public String toString() {
        return "QueueMessage[" + id + "]";
    }
}
