package dev.ghee.functions.engine;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Supplier;

/** What processes of functions do. */
final class EngineMetrics {
    private final Counter started;
    private final Counter rested;
    private final Map<KillReason, Counter> killed = new EnumMap<>(KillReason.class);

    EngineMetrics(MeterRegistry registry) {
        started = registry.counter("ghee.functions.processes.started");
        rested = registry.counter("ghee.functions.processes.rested");
        for (KillReason reason : KillReason.values()) {
            killed.put(
                    reason,
                    registry.counter(
                            "ghee.functions.processes.killed",
                            "reason",
                            reason.name().toLowerCase(java.util.Locale.ROOT)));
        }
    }

    static void gauges(MeterRegistry registry, Supplier<Number> processes, Supplier<Number> calls) {
        io.micrometer.core.instrument.Gauge.builder("ghee.functions.processes", processes)
                .description("workerd processes that live")
                .register(registry);
        io.micrometer.core.instrument.Gauge.builder("ghee.functions.calls", calls)
                .description("Calls in progress")
                .register(registry);
    }

    void started() {
        started.increment();
    }

    void rested() {
        rested.increment();
    }

    void killed(KillReason reason) {
        Counter counter = killed.get(reason);
        if (counter != null) {
            counter.increment();
        }
    }
}
