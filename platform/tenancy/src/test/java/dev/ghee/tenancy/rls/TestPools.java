package dev.ghee.tenancy.rls;

import dev.ghee.appdb.AppDatabases;
import dev.ghee.appdb.Cluster;
import dev.ghee.appdb.ClusterBootstrap;
import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.tenancy.region.RegionsConfig;
import dev.ghee.testkit.FlightRecorder;
import dev.ghee.testkit.LocalStack;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** An app database of its own and a session on it through a recorder; one event loop, so one connection suffices. */
final class TestPools implements AutoCloseable {
    static final Duration STATEMENT_TIMEOUT = Duration.ofMillis(700);
    static final Duration ACQUIRE_TIMEOUT = Duration.ofMillis(600);
    static final int MAX_WAITING = 3;

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final Connection owner;
    private final FlightRecorder recorder;
    private final AppState app;
    private final AppPools pools;
    private final RlsSession session;

    private TestPools(Cluster cluster, AppId id) throws SQLException, IOException {
        this.owner = cluster.owner(id.database());
        this.recorder = new FlightRecorder(cluster.host(), cluster.port(), Cluster.AUTHENTICATOR);
        this.app = state(id);
        this.pools = new AppPools(vertx, new Regions(recorder.port(), cluster), new OneConnection());
        this.session = new RlsSession(pools);
    }

    static TestPools create() throws SQLException, IOException {
        Map<String, String> configuration = LocalStack.shared().configuration();
        String postgres = "ghee.regions." + LocalStack.REGION + ".postgres.";
        var cluster = new Cluster(
                configuration.get(postgres + "host"),
                Integer.parseInt(configuration.get(postgres + "port")),
                configuration.get("ghee.postgres.admin-user"),
                configuration.get("ghee.postgres.admin-password"),
                configuration.get("ghee.postgres.owner-password"),
                configuration.get("ghee.postgres.authenticator-password"),
                configuration.get("ghee.postgres.replicator-password"));
        new ClusterBootstrap(cluster).createRoles();
        var id = new AppId(
                "app_rls" + UUID.randomUUID().toString().replace("-", "").substring(0, 9));
        new AppDatabases(cluster).provision(id);
        return new TestPools(cluster, id);
    }

    AppState app() {
        return app;
    }

    AppPools pools() {
        return pools;
    }

    RlsSession session() {
        return session;
    }

    FlightRecorder recorder() {
        return recorder;
    }

    void execute(String... statements) throws SQLException {
        try (Statement sql = owner.createStatement()) {
            for (String statement : statements) {
                sql.execute(statement);
            }
        }
    }

    /** The first column of each row, as text, of a read that acts for these claims. */
    List<String> read(DbClaims claims, String sql) {
        return texts(run(claims, RlsStatement.reads(sql)));
    }

    RowSet<Row> run(DbClaims claims, RlsStatement statement) {
        return session.query(app, claims, statement, Tuple.tuple()).await().atMost(Duration.ofSeconds(20));
    }

    static List<String> texts(RowSet<Row> rows) {
        var texts = new ArrayList<String>();
        rows.forEach(row -> texts.add(String.valueOf(row.getValue(0))));
        return texts;
    }

    @Override
    public void close() throws Exception {
        pools.close(app.appId());
        recorder.close();
        owner.close();
        vertx.close().toCompletionStage().toCompletableFuture().get();
    }

    private static AppState state(AppId id) {
        return new AppState(
                id,
                1,
                "test",
                "test",
                "owner",
                "organization",
                Set.of(),
                LocalStack.REGION,
                AppState.Status.READY,
                AppState.AccessMode.PUBLIC,
                null,
                List.of(),
                "",
                List.of(),
                false,
                null);
    }

    private record Regions(int port, Cluster cluster) implements RegionsConfig {
        @Override
        public String region() {
            return LocalStack.REGION;
        }

        @Override
        public Map<String, Region> regions() {
            int recorderPort = port;
            Address address = new Address() {
                @Override
                public String host() {
                    return "127.0.0.1";
                }

                @Override
                public int port() {
                    return recorderPort;
                }
            };
            return Map.of(LocalStack.REGION, () -> address);
        }

        @Override
        public Postgres postgres() {
            return new Postgres() {
                @Override
                public String ownerPassword() {
                    return cluster.ownerPassword();
                }

                @Override
                public String authenticatorPassword() {
                    return cluster.authenticatorPassword();
                }

                @Override
                public String replicatorPassword() {
                    return cluster.replicatorPassword();
                }
            };
        }
    }

    /** One connection: whoever comes next is certain to get what the one before left behind. */
    private static final class OneConnection implements PoolsConfig {
        @Override
        public int maxPerApp() {
            return 1;
        }

        @Override
        public int maxOwnerPerApp() {
            return 1;
        }

        @Override
        public int maxTotal() {
            return 10;
        }

        @Override
        public int maxWaiting() {
            return MAX_WAITING;
        }

        @Override
        public Duration acquireTimeout() {
            return ACQUIRE_TIMEOUT;
        }

        @Override
        public Duration connectTimeout() {
            return Duration.ofSeconds(5);
        }

        @Override
        public Duration idleTimeout() {
            return Duration.ofSeconds(30);
        }

        @Override
        public Duration statementTimeout() {
            return STATEMENT_TIMEOUT;
        }

        @Override
        public int preparedStatements() {
            return 64;
        }
    }
}
