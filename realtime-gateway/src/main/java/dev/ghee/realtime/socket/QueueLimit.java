package dev.ghee.realtime.socket;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Holds what waits for all clients of this process below a limit, by closing those for whom most waits. Bytes that many
 * clients share are counted for each, so the memory used is less.
 */
final class QueueLimit {
    private static final Logger LOG = Logger.getLogger(QueueLimit.class);
    private static final long PERIOD_MILLIS = 500;

    private final long maxBytes;
    private final Supplier<? extends Collection<? extends Client>> clients;

    /** Somebody for whom bytes wait. */
    interface Client {
        /** None once it is being closed. From any thread. */
        long queuedBytes();

        /** Closes it. From any thread. */
        void drop();
    }

    /** A client and what waited for it when it was asked. */
    private record Queue(Client client, long bytes) {}

    QueueLimit(long maxBytes, Supplier<? extends Collection<? extends Client>> clients) {
        this.maxBytes = maxBytes;
        this.clients = clients;
    }

    void start(Vertx vertx, MeterRegistry metrics) {
        metrics.gauge("ghee.realtime.queued.bytes", this, QueueLimit::total);
        vertx.setPeriodic(PERIOD_MILLIS, _ -> enforce());
    }

    private double total() {
        return clients.get().stream().mapToLong(Client::queuedBytes).sum();
    }

    void enforce() {
        List<Queue> queues = clients.get().stream()
                .map(client -> new Queue(client, client.queuedBytes()))
                .filter(queue -> queue.bytes() > 0)
                .sorted(Comparator.comparingLong(Queue::bytes).reversed())
                .toList();
        long total = queues.stream().mapToLong(Queue::bytes).sum();
        int dropped = 0;
        while (total > maxBytes) {
            Queue longest = queues.get(dropped++);
            total -= longest.bytes();
            longest.client().drop();
        }
        if (dropped > 0) {
            LOG.warnf(
                    "Too much waited for all clients, the slowest are closed: sockets=%d limit=%d", dropped, maxBytes);
        }
    }
}
