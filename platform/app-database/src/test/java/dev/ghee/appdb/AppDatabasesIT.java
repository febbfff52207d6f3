package dev.ghee.appdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ghee.contracts.AppId;
import dev.ghee.testkit.LocalStack;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class AppDatabasesIT {
    private static Cluster cluster;
    private static AppDatabases databases;

    private final AppId app =
            new AppId("app_" + UUID.randomUUID().toString().replace("-", "").substring(0, 12));

    @BeforeAll
    static void roles() throws SQLException {
        Map<String, String> config = LocalStack.shared().configuration();
        cluster = new Cluster(
                config.get("ghee.regions.us-east-1.postgres.host"),
                Integer.parseInt(config.get("ghee.regions.us-east-1.postgres.port")),
                config.get("ghee.postgres.admin-user"),
                config.get("ghee.postgres.admin-password"),
                config.get("ghee.postgres.owner-password"),
                config.get("ghee.postgres.authenticator-password"),
                config.get("ghee.postgres.replicator-password"));
        new ClusterBootstrap(cluster).createRoles();
        databases = new AppDatabases(cluster);
    }

    @AfterEach
    void drop() throws SQLException {
        databases.drop(app);
    }

    @Test
    void provisioningTwiceAtOnceGivesOneWorkingDatabase() throws Exception {
        Callable<Void> provision = () -> {
            databases.provision(app);
            return null;
        };
        try (var pool = Executors.newFixedThreadPool(2)) {
            for (var done : pool.invokeAll(List.of(provision, provision))) {
                done.get();
            }
        }
        try (Connection owner = cluster.owner(app.database());
                Statement sql = owner.createStatement()) {
            assertThat(first(sql, "SELECT public.current_user_id()")).isNull();
            sql.execute("SELECT set_config('request.jwt.claim.sub', 'u1', false)");
            assertThat(first(sql, "SELECT public.current_user_id()")).isEqualTo("u1");
            assertThat(first(sql, "SELECT '[1,2]'::vector::text")).isEqualTo("[1,2]");
        }
    }

    @Test
    void requestRolesMayUseNewTablesButNotThePlatformsSchema() throws SQLException {
        databases.provision(app);
        try (Connection owner = cluster.owner(app.database());
                Statement sql = owner.createStatement()) {
            sql.execute("CREATE TABLE public.t (id int)");
            sql.execute("CREATE TABLE ghee.secret (id int)");
        }
        try (Connection authenticator = authenticator();
                Statement sql = authenticator.createStatement()) {
            assertThatThrownBy(() -> sql.execute("SELECT * FROM public.t")).hasMessageContaining("permission denied");
            sql.execute("SET ROLE butterbase_user");
            assertThat(first(sql, "SELECT count(*) FROM public.t")).isEqualTo("0");
            assertThatThrownBy(() -> sql.execute("SELECT * FROM ghee.secret"))
                    .hasMessageContaining("permission denied");
            sql.execute("SET ROLE butterbase_anon");
            assertThatThrownBy(() -> sql.execute("SELECT * FROM public.t")).hasMessageContaining("permission denied");
        }
    }

    @Test
    void droppingEndsSlotsAndConnections() throws SQLException {
        databases.provision(app);
        try (Connection open = cluster.admin(app.database());
                Statement sql = open.createStatement()) {
            sql.execute("SELECT pg_create_logical_replication_slot('slot_" + app.database() + "', 'pgoutput')");
            databases.drop(app);
        }
        try (Connection admin = cluster.admin("postgres");
                Statement sql = admin.createStatement()) {
            assertThat(all(sql, "SELECT datname FROM pg_database")).doesNotContain(app.database());
            assertThat(all(sql, "SELECT database FROM pg_replication_slots")).doesNotContain(app.database());
        }
    }

    private Connection authenticator() throws SQLException {
        return DriverManager.getConnection(
                cluster.jdbcUrl(app.database()), Cluster.AUTHENTICATOR, cluster.authenticatorPassword());
    }

    private static String first(Statement sql, String query) throws SQLException {
        return all(sql, query).getFirst();
    }

    private static List<String> all(Statement sql, String query) throws SQLException {
        List<String> values = new ArrayList<>();
        try (ResultSet rows = sql.executeQuery(query)) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
        }
        return values;
    }
}
