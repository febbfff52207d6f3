package dev.ghee.realtime.fanout;

import dev.ghee.contracts.AppId;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.LongAdder;

/** What the fan-outs of this process send, and how long it takes. */
@ApplicationScoped
public class FanOutMetrics {
    private static final Duration[] LIMITS = {
        Duration.ofMillis(2), Duration.ofMillis(5), Duration.ofMillis(10), Duration.ofMillis(20),
        Duration.ofMillis(50), Duration.ofMillis(100), Duration.ofMillis(250), Duration.ofSeconds(1),
        Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofMinutes(5)
    };

    private final Counter sent;
    private final Counter delivered;
    private final Timer delay;
    private final BusiestApps apps;

    FanOutMetrics(MeterRegistry metrics, BusiestApps apps) {
        this.apps = apps;
        sent = metrics.counter("ghee.realtime.sent");
        delivered = metrics.counter("ghee.realtime.delivered.changes");
        delay = Timer.builder("ghee.realtime.delivery.delay")
                .description("From commit to the socket, of the oldest change of each batch")
                .serviceLevelObjectives(LIMITS)
                .register(metrics);
    }

    /** Counts deliveries of one app. */
    LongAdder of(AppId app) {
        return apps.of(app);
    }

    /** @param changes that are about a table with subscribers */
    void sent(int frames, int changes) {
        sent.increment(frames);
        delivered.increment(changes);
    }

    /** A batch is with the event loops' sockets. */
    void arrived(Instant committed) {
        delay.record(Duration.between(committed, Instant.now()));
    }
}
