package dev.ghee.realtime.delivery;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.concurrent.atomic.AtomicLong;

/** What all inboxes of this process hold together. Each may always hold one record, so the limit may be passed a little. */
@ApplicationScoped
class InboxRoom {
    private final long maxBytes;
    private final AtomicLong bytes = new AtomicLong();

    @Inject
    InboxRoom(DeliveryConfig config, MeterRegistry metrics) {
        this(config.inboxBytesTotal(), metrics);
    }

    InboxRoom(long maxBytes, MeterRegistry metrics) {
        this.maxBytes = maxBytes;
        metrics.gauge("ghee.realtime.delivery.waiting.bytes", bytes);
    }

    boolean has(long more) {
        return bytes.get() + more <= maxBytes;
    }

    void change(long by) {
        bytes.addAndGet(by);
    }
}
