package dev.ghee.realtime.capture;

import dev.ghee.realtime.change.TransactionPart;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;

/** What captures of this process have read. */
public final class CaptureMetrics {
    private static final Duration[] LIMITS = {
        Duration.ofMillis(5), Duration.ofMillis(20), Duration.ofMillis(100), Duration.ofMillis(500),
        Duration.ofSeconds(2), Duration.ofSeconds(10), Duration.ofMinutes(1), Duration.ofMinutes(10)
    };

    private final Counter decoded;
    private final Timer lag;

    public CaptureMetrics(MeterRegistry metrics) {
        decoded = metrics.counter("ghee.realtime.decoded");
        lag = Timer.builder("ghee.realtime.slot.lag")
                .description("From commit to being read from the slot, per part")
                .serviceLevelObjectives(LIMITS)
                .register(metrics);
    }

    void read(TransactionPart part) {
        if (!part.changes().isEmpty()) {
            decoded.increment(part.changes().size());
            lag.record(Duration.between(part.committedAt(), Instant.now()));
        }
    }
}
