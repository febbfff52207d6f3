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
    private final Supplier<Collection<RealtimeSocket>> sockets;

    /** A socket and what waited for it when it was asked. */
    private record Queue(RealtimeSocket socket, long bytes) {}

    QueueLimit(long maxBytes, Supplier<Collection<RealtimeSocket>> sockets) {
        this.maxBytes = maxBytes;
        this.sockets = sockets;
    }

    void start(Vertx vertx, MeterRegistry metrics) {
        metrics.gauge("ghee.realtime.queued.bytes", this, QueueLimit::total);
        vertx.setPeriodic(PERIOD_MILLIS, _ -> enforce());
    }

    private double total() {
        return sockets.get().stream().mapToLong(RealtimeSocket::queuedBytes).sum();
    }

    private void enforce() {
        List<Queue> queues = sockets.get().stream()
                .map(socket -> new Queue(socket, socket.queuedBytes()))
                .filter(queue -> queue.bytes() > 0)
                .toList();
        long total = queues.stream().mapToLong(Queue::bytes).sum();
        if (total <= maxBytes) {
            return;
        }
        int closed = 0;
        for (Queue queue : queues.stream()
                .sorted(Comparator.comparingLong(Queue::bytes).reversed())
                .toList()) {
            if (total <= maxBytes) {
                break;
            }
            total -= queue.bytes();
            closed++;
            queue.socket().loop().execute(queue.socket()::tooSlow);
        }
        LOG.warnf("Slow clients closed, too much waited for all: sockets=%d limit=%d", closed, maxBytes);
    }
}
