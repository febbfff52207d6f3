package dev.ghee.functions.queue;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A message that was leased.
 *
 * @param function the one that it is for; null for any that has the queue as its trigger
 * @param attempts this one included; together with the id it says who holds the lease
 */
public record QueueMessage(long id, @Nullable String function, String body, int attempts, Instant createdAt) {
    @Override
    public String toString() {
        return "QueueMessage[" + id + "]";
    }
}
