package dev.ghee.control.key;

import dev.ghee.contracts.ApiKeyState;
import dev.ghee.control.region.ControlDatabase;
import dev.ghee.tenancy.directory.KeyDirectory;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Remembers when keys were last used, to within a minute: good enough to find the ones that nobody needs, and cheap
 * enough for every request. Uses in other services, and of a minute that ends in a crash, are not seen.
 */
@ApplicationScoped
class KeyUses {
    private static final Logger LOG = Logger.getLogger(KeyUses.class);
    private static final Duration INTERVAL = Duration.ofMinutes(1);
    private static final String UPDATE = """
            UPDATE api_key SET last_used_at = greatest(last_used_at, ?) WHERE id = ?""";

    private final KeyDirectory directory;
    private final ControlDatabase database;
    private final Map<String, Instant> unsaved = new ConcurrentHashMap<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("key-uses").daemon().factory());

    KeyUses(KeyDirectory directory, ControlDatabase database) {
        this.directory = directory;
        this.database = database;
    }

    void start(@Observes @Priority(ControlDatabase.READY + 40) StartupEvent event) {
        directory.onUse(this::used);
        timer.scheduleWithFixedDelay(this::save, INTERVAL.toSeconds(), INTERVAL.toSeconds(), TimeUnit.SECONDS);
    }

    void stop(@Observes ShutdownEvent event) {
        timer.shutdownNow();
    }

    private void used(ApiKeyState key) {
        unsaved.computeIfAbsent(key.keyId(), _ -> Instant.now());
    }

    /** Blocking. What cannot be saved now is not worth keeping for later. */
    void save() {
        if (unsaved.isEmpty()) {
            return;
        }
        try (Connection connection = database.connect();
                var update = connection.prepareStatement(UPDATE)) {
            for (String key : unsaved.keySet()) {
                Instant at = unsaved.remove(key);
                if (at != null) {
                    update.setTimestamp(1, Timestamp.from(at));
                    update.setObject(2, UUID.fromString(key));
                    update.addBatch();
                }
            }
            update.executeBatch();
        } catch (SQLException e) {
            LOG.warnf("Saving when keys were used failed: cause=%s", e);
        }
    }
}
