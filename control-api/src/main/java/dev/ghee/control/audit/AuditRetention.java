package dev.ghee.control.audit;

import dev.ghee.control.region.ControlDatabase;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Deletes audit events that are older than the retention, in small steps. */
@ApplicationScoped
class AuditRetention {
    private static final Logger LOG = Logger.getLogger(AuditRetention.class);
    private static final int STEP = 10_000;
    private static final String DELETE = """
            DELETE FROM audit_log WHERE id IN (SELECT id FROM audit_log WHERE created_at < ? LIMIT %d)""".formatted(STEP);

    private final AuditConfig config;
    private final ControlDatabase database;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("audit-retention").daemon().factory());

    AuditRetention(AuditConfig config, ControlDatabase database) {
        this.config = config;
        this.database = database;
    }

    void start(@Observes @Priority(ControlDatabase.READY + 40) StartupEvent event) {
        long every = config.cleanUpInterval().toSeconds();
        timer.scheduleWithFixedDelay(this::run, every, every, TimeUnit.SECONDS);
    }

    void stop(@Observes ShutdownEvent event) {
        timer.shutdownNow();
    }

    private void run() {
        try {
            int deleted = deleteOld(Instant.now().minus(config.retention()));
            LOG.debugf("Old audit events deleted: count=%d", deleted);
        } catch (SQLException e) {
            LOG.warnf("Deleting old audit events failed, trying again later: cause=%s", e);
        }
    }

    /** Blocking. Returns how many went. */
    int deleteOld(Instant before) throws SQLException {
        int total = 0;
        try (Connection connection = database.connect();
                var delete = connection.prepareStatement(DELETE)) {
            delete.setTimestamp(1, Timestamp.from(before));
            int deleted;
            do {
                deleted = delete.executeUpdate();
                total += deleted;
            } while (deleted == STEP);
        }
        return total;
    }
}
