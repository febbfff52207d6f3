package dev.ghee.testkit;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.Map;
import java.util.TreeMap;

/**
 * Gives a {@code @QuarkusTest} the configuration of the shared stack: {@code @WithTestResource(StackResource.class)}.
 * Init arguments are added as configuration and win over the stack's own values. The stack stays up for the next
 * module; {@code ./ghee test} ends it.
 */
public final class StackResource implements QuarkusTestResourceLifecycleManager {
    private Map<String, String> additions = Map.of();

    @Override
    public void init(Map<String, String> initArgs) {
        additions = Map.copyOf(initArgs);
    }

    @Override
    public Map<String, String> start() {
        Map<String, String> configuration = new TreeMap<>(LocalStack.shared().configuration());
        configuration.put("quarkus.http.test-port", "0");
        // The mailer mocks itself in tests; ours go to the sink for real.
        configuration.put("quarkus.mailer.mock", "false");
        configuration.putAll(additions);
        return configuration;
    }

    @Override
    public void stop() {
        // Left running on purpose: starting Kafka and Postgres per module would double the time of the suite.
    }
}
