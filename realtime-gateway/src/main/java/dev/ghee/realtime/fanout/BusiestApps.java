package dev.ghee.realtime.fanout;

import dev.ghee.contracts.AppId;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The apps that got the most deliveries in the last minute. Few, so that the metric's series stay few. */
@ApplicationScoped
class BusiestApps {
    private static final Logger LOG = Logger.getLogger(BusiestApps.class);
    private static final int SHOWN = 10;

    private final Map<AppId, LongAdder> deliveries = new ConcurrentHashMap<>();
    private final MultiGauge gauge;
    private final Duration window;
    private @Nullable Thread thread;

    private record Count(AppId app, long frames) {}

    BusiestApps(
            MeterRegistry metrics,
            @ConfigProperty(name = "ghee.realtime.busiest-apps.window", defaultValue = "PT1M") Duration window) {
        this.window = window;
        gauge = MultiGauge.builder("ghee.realtime.app.deliveries")
                .description("Frames sent in the last minute, of the ten apps with the most")
                .register(metrics);
    }

    void start(@Observes StartupEvent event) {
        thread = Thread.ofVirtual().name("busiest-apps").start(() -> {
            try {
                while (true) {
                    Thread.sleep(window);
                    show();
                }
            } catch (InterruptedException e) {
                LOG.debug("Apps are no longer counted");
            }
        });
    }

    void stop(@Observes ShutdownEvent event) {
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }

    LongAdder of(AppId app) {
        return deliveries.computeIfAbsent(app, _ -> new LongAdder());
    }

    private void show() {
        List<Count> busiest = deliveries.entrySet().stream()
                .map(entry -> new Count(entry.getKey(), entry.getValue().sumThenReset()))
                .filter(count -> count.frames() > 0)
                .sorted(Comparator.comparingLong(Count::frames).reversed())
                .limit(SHOWN)
                .toList();
        gauge.register(
                busiest.stream()
                        .map(count ->
                                MultiGauge.Row.of(Tags.of("app", count.app().value()), count.frames()))
                        .toList(),
                true);
    }
}
