package dev.ghee.control.region;

import dev.ghee.appdb.Cluster;
import dev.ghee.appdb.ClusterBootstrap;
import dev.ghee.appdb.ListedMigrations;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.flywaydb.core.Flyway;

/** The database {@value #NAME}, in the platform's region: made and migrated before anything is served. */
@ApplicationScoped
public class ControlDatabase {
    /** Order of start-up observers: whatever reads the control database comes after this. */
    public static final int READY = 100;

    private static final String NAME = "ghee_control";
    private static final String FOLDER = "db/control";
    private static final List<String> FILES = List.of(
            "V1__control.sql",
            "V2__mail_outbox.sql",
            "V3__auth_hook.sql",
            "V4__platform_identity.sql",
            "V5__auth_policy.sql",
            "V6__granted_keys.sql",
            "V7__custom_domains.sql");

    private final Regions regions;

    ControlDatabase(Regions regions) {
        this.regions = regions;
    }

    void start(@Observes @Priority(READY) StartupEvent event) throws SQLException {
        for (String region : regions.names()) {
            new ClusterBootstrap(regions.cluster(region)).createRoles();
        }
        Cluster cluster = regions.cluster(regions.platformRegion());
        new ClusterBootstrap(cluster).createDatabase(NAME);
        Flyway.configure()
                .dataSource(cluster.jdbcUrl(NAME), Cluster.OWNER, cluster.ownerPassword())
                .resourceProvider(new ListedMigrations(ControlDatabase.class.getClassLoader(), FOLDER, FILES))
                // Features that are built side by side have their numbers given ahead.
                .outOfOrder(true)
                .load()
                .migrate();
    }

    /** A blocking connection of its own, for work off the request path; the caller closes it. */
    public Connection connect() throws SQLException {
        return regions.cluster(regions.platformRegion()).owner(NAME);
    }
}
