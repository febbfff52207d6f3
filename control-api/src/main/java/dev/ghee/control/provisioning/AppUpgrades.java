package dev.ghee.control.provisioning;

import dev.ghee.appdb.AppDatabases;
import dev.ghee.contracts.AppId;
import dev.ghee.control.region.ControlDatabase;
import dev.ghee.control.region.Regions;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jboss.logging.Logger;

/**
 * Brings the databases of apps that an earlier release made to this release's schema, in the background after every
 * start, the newest apps first. Until it is an app's turn, what needs the newer schema fails there; a look at a database
 * that is up to date takes some milliseconds.
 */
@ApplicationScoped
class AppUpgrades {
    private static final Logger LOG = Logger.getLogger(AppUpgrades.class);
    private static final String READY = """
            SELECT id, region FROM app WHERE status IN ('READY', 'MIGRATING') ORDER BY created_at DESC""";

    private final Regions regions;
    private final ControlDatabase database;
    private final ExecutorService threads;

    AppUpgrades(ProvisioningConfig config, Regions regions, ControlDatabase database) {
        this.regions = regions;
        this.database = database;
        this.threads = Executors.newFixedThreadPool(
                config.parallelism(), Thread.ofVirtual().name("upgrade-", 0).factory());
    }

    private record Candidate(AppId app, String region) {}

    void start(@Observes @Priority(ControlDatabase.READY + 40) StartupEvent event) throws SQLException {
        for (Candidate candidate : candidates()) {
            threads.execute(() -> upgrade(candidate.app(), candidate.region()));
        }
    }

    void stop(@Observes ShutdownEvent event) {
        threads.shutdownNow();
    }

    /** A failure concerns this app alone, and is tried again at the next start. */
    void upgrade(AppId app, String region) {
        try {
            var databases = new AppDatabases(regions.cluster(region));
            if (!databases.isCurrent(app)) {
                databases.migrate(app);
                LOG.infof("App's database upgraded: app=%s", app);
            }
        } catch (SQLException | RuntimeException e) {
            LOG.errorf("App's database not upgraded: app=%s cause=%s", app, e.getMessage());
        }
    }

    private List<Candidate> candidates() throws SQLException {
        List<Candidate> found = new ArrayList<>();
        try (Connection connection = database.connect();
                var query = connection.prepareStatement(READY);
                var rows = query.executeQuery()) {
            while (rows.next()) {
                found.add(new Candidate(new AppId(rows.getString("id")), rows.getString("region")));
            }
        }
        return found;
    }
}
