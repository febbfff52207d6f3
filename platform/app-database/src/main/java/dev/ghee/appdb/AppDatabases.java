package dev.ghee.appdb;

import dev.ghee.contracts.AppId;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.flywaydb.core.Flyway;

/** The databases of a cluster's apps. Every method may be repeated after a crash. Blocking. */
public final class AppDatabases {
    private static final Duration SLOT_LIMIT = Duration.ofSeconds(10);

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
        migrate(app);
    }

    /** Brings an existing app database to the newest platform schema. */
    public void migrate(AppId app) throws SQLException {
        asSuperuser(app);
        Flyway.configure()
                .dataSource(cluster.jdbcUrl(app.database()), Cluster.OWNER, cluster.ownerPassword())
                .schemas(AppMigrations.SCHEMA)
                .defaultSchema(AppMigrations.SCHEMA)
                .table("schema_history")
                .resourceProvider(AppMigrations.resources())
                // Features that are built side by side have their numbers given ahead.
                .outOfOrder(true)
                .load()
                .migrate();
    }

    /** Whether an existing app database has the newest platform schema. A few milliseconds. */
    public boolean isCurrent(AppId app) throws SQLException {
        try (Connection owner = cluster.owner(app.database());
                Statement sql = owner.createStatement();
                ResultSet row = sql.executeQuery("SELECT count(*) FROM " + AppMigrations.SCHEMA
                        + ".schema_history WHERE success AND version IS NOT NULL")) {
            return row.next() && row.getInt(1) >= AppMigrations.count();
        }
    }

    /** What the owner may not do for itself. */
    private void asSuperuser(AppId app) throws SQLException {
        try (Connection admin = cluster.admin(app.database());
                Statement sql = admin.createStatement()) {
            // Postgres fails one of two who change the same catalogue row at once.
            sql.execute("SELECT pg_advisory_lock(" + ClusterBootstrap.LOCK + ")");
            sql.execute("GRANT CONNECT ON DATABASE " + app.database() + " TO " + Cluster.AUTHENTICATOR + ", "
                    + Cluster.REPLICATOR);
            sql.execute("CREATE EXTENSION IF NOT EXISTS vector");
            AccessMessages.install(sql);
        }
    }

    /** Drops the app's database with all that is in it, ending its connections and slots first. */
    public void drop(AppId app) throws SQLException {
        try (Connection admin = cluster.admin("postgres");
                Statement sql = admin.createStatement()) {
            if (!ClusterBootstrap.exists(admin, "SELECT 1 FROM pg_database WHERE datname = ?", app.database())) {
                return;
            }
            // First, so that a reader whose connection ends cannot come back.
            sql.execute("ALTER DATABASE " + app.database() + " ALLOW_CONNECTIONS false");
            dropSlots(sql, app);
            sql.execute("DROP DATABASE IF EXISTS " + app.database() + " WITH (FORCE)");
        }
    }

    /** A database with a replication slot cannot be dropped, and a slot is active until its ended reader has gone. */
    private static void dropSlots(Statement sql, AppId app) throws SQLException {
        long deadline = System.nanoTime() + SLOT_LIMIT.toNanos();
        String slots = " FROM pg_replication_slots WHERE database = '" + app.database() + "'";
        while (count(sql, slots) > 0 && System.nanoTime() < deadline) {
            sql.execute("SELECT pg_terminate_backend(active_pid)" + slots + " AND active");
            sql.execute("SELECT pg_sleep(0.05)");
            sql.execute("SELECT pg_drop_replication_slot(slot_name)" + slots + " AND NOT active");
        }
    }

    private static int count(Statement sql, String from) throws SQLException {
        try (ResultSet row = sql.executeQuery("SELECT count(*)" + from)) {
            row.next();
            return row.getInt(1);
        }
    }
}
