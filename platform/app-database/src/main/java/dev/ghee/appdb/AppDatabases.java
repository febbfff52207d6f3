package dev.ghee.appdb;

import dev.ghee.contracts.AppId;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.flywaydb.core.Flyway;

/** The databases of a cluster's apps. Every method may be repeated after a crash. Blocking. */
public final class AppDatabases {
    private final Cluster cluster;

    public AppDatabases(Cluster cluster) {
        this.cluster = cluster;
    }

    /**
     * Creates the app's database if it is missing and brings it to the newest platform schema. The cluster's roles
     * must exist. About half a second.
     */
    public void provision(AppId app) throws SQLException {
        new ClusterBootstrap(cluster).createDatabase(app.database());
        try (Connection admin = cluster.admin(app.database());
                Statement sql = admin.createStatement()) {
            // Postgres fails one of two who change the same catalogue row at once.
            sql.execute("SELECT pg_advisory_lock(" + ClusterBootstrap.LOCK + ")");
            sql.execute("GRANT CONNECT ON DATABASE " + app.database() + " TO " + Cluster.AUTHENTICATOR + ", "
                    + Cluster.REPLICATOR);
            sql.execute("CREATE EXTENSION IF NOT EXISTS vector");
        }
        migrate(app);
    }

    /** Brings an existing app database to the newest platform schema. */
    public void migrate(AppId app) {
        Flyway.configure()
                .dataSource(cluster.jdbcUrl(app.database()), Cluster.OWNER, cluster.ownerPassword())
                .schemas(AppMigrations.SCHEMA)
                .defaultSchema(AppMigrations.SCHEMA)
                .table("schema_history")
                .resourceProvider(AppMigrations.resources())
                .load()
                .migrate();
    }

    /** Drops the app's database with all that is in it, ending its connections and slots first. */
    public void drop(AppId app) throws SQLException {
        try (Connection admin = cluster.admin("postgres");
                Statement sql = admin.createStatement()) {
            if (!ClusterBootstrap.exists(admin, "SELECT 1 FROM pg_database WHERE datname = ?", app.database())) {
                return;
            }
            // A database with a replication slot cannot be dropped.
            sql.execute("SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots"
                    + " WHERE active AND database = '" + app.database() + "'");
            sql.execute("ALTER DATABASE " + app.database() + " ALLOW_CONNECTIONS false");
            sql.execute("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"
                    + " WHERE NOT active AND database = '" + app.database() + "'");
            sql.execute("DROP DATABASE IF EXISTS " + app.database() + " WITH (FORCE)");
        }
    }
}
