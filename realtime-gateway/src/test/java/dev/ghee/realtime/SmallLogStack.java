package dev.ghee.realtime;

import dev.ghee.testkit.LocalStack;
import dev.ghee.testkit.Repository;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Metrics;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** A stack of its own whose Postgres keeps little log for a slot, so that a test can lose one. */
public final class SmallLogStack implements QuarkusTestResourceLifecycleManager {
    private static final String SLOT_WAL = "ghee.max-slot-wal";

    private final Path home = Repository.root().resolve(".ghee-test-small-log");

    @Override
    public Map<String, String> start() {
        // Gauges of an application that ran before in this JVM are in the way of the new one's.
        Metrics.globalRegistry.getRegistries().forEach(MeterRegistry::clear);
        Metrics.globalRegistry.clear();
        System.setProperty(SLOT_WAL, "48MB");
        try {
            Map<String, String> configuration =
                    new TreeMap<>(LocalStack.start(home).configuration());
            configuration.put("quarkus.http.test-port", "0");
            return configuration;
        } finally {
            System.clearProperty(SLOT_WAL);
        }
    }

    @Override
    public void stop() {
        LocalStack.stop(home);
    }
}
