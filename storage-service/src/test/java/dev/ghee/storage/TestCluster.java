package dev.ghee.storage;

import dev.ghee.appdb.Cluster;
import dev.ghee.appdb.ClusterBootstrap;
import java.sql.SQLException;
import org.eclipse.microprofile.config.ConfigProvider;

/** The test stack's Postgres, with the roles that apps' databases need. */
public final class TestCluster {
    private static final Cluster CLUSTER = prepared();

    private TestCluster() {}

    public static Cluster get() {
        return CLUSTER;
    }

    private static Cluster prepared() {
        var cluster = new Cluster(
                config("ghee.regions.us-east-1.postgres.host"),
                Integer.parseInt(config("ghee.regions.us-east-1.postgres.port")),
                config("ghee.postgres.admin-user"),
                config("ghee.postgres.admin-password"),
                config("ghee.postgres.owner-password"),
                config("ghee.postgres.authenticator-password"),
                config("ghee.postgres.replicator-password"));
        try {
            new ClusterBootstrap(cluster).createRoles();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return cluster;
    }

    private static String config(String key) {
        return ConfigProvider.getConfig().getValue(key, String.class);
    }
}
