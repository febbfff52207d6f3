package dev.ghee.control.schema;

import dev.ghee.appdb.AppDatabases;
import dev.ghee.appdb.Cluster;
import dev.ghee.appdb.ClusterBootstrap;
import dev.ghee.contracts.AppId;
import dev.ghee.testkit.LocalStack;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/** An app's database without the service around it. */
final class TestDatabase implements AutoCloseable {
    private final Cluster cluster;
    private final AppId app =
            new AppId("app_" + UUID.randomUUID().toString().replace("-", "").substring(0, 12));

    private TestDatabase(Cluster cluster) {
        this.cluster = cluster;
    }

    static TestDatabase create() throws SQLException {
        Map<String, String> config = LocalStack.shared().configuration();
        var cluster = new Cluster(
                value(config, "ghee.regions.us-east-1.postgres.host"),
                Integer.parseInt(value(config, "ghee.regions.us-east-1.postgres.port")),
                value(config, "ghee.postgres.admin-user"),
                value(config, "ghee.postgres.admin-password"),
                value(config, "ghee.postgres.owner-password"),
                value(config, "ghee.postgres.authenticator-password"),
                value(config, "ghee.postgres.replicator-password"));
        new ClusterBootstrap(cluster).createRoles();
        var database = new TestDatabase(cluster);
        new AppDatabases(cluster).provision(database.app);
        return database;
    }

    /** As the owner, within a transaction. */
    Connection connect() throws SQLException {
        Connection connection = cluster.owner(app.database());
        try (var sql = connection.createStatement()) {
            sql.execute("SET search_path = public, pg_temp");
        }
        connection.setAutoCommit(false);
        return connection;
    }

    private static String value(Map<String, String> config, String key) {
        return Objects.requireNonNull(config.get(key), key);
    }

    @Override
    public void close() throws SQLException {
        new AppDatabases(cluster).drop(app);
    }
}
