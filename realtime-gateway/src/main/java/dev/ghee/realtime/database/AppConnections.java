package dev.ghee.realtime.database;

import dev.ghee.contracts.AppState;
import dev.ghee.tenancy.region.RegionsConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Properties;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/**
 * Opens connections to the databases of apps. The caller closes them. Blocking: use on virtual threads. Every method
 * fails with {@link SQLException} when the region is unknown here or its Postgres does not answer in ten seconds.
 */
@ApplicationScoped
public class AppConnections {
    private static final String OWNER = "ghee_owner";
    private static final String AUTHENTICATOR = "ghee_authenticator";
    private static final String REPLICATOR = "ghee_replicator";

    private static final String CLUSTER_DATABASE = "postgres";

    private static final String CONNECT_SECONDS = "10";
    /** SQLSTATE {@code sqlclient_unable_to_establish_sqlconnection}. */
    private static final String CANNOT_CONNECT = "08001";

    /** Keeps waiting for a lock from blocking the app's own statements behind ours. */
    private static final String OWNER_OPTIONS = "-c lock_timeout=5s -c statement_timeout=30s";

    /** Policies are planned once per table, not once per user; nothing that they call may write. */
    private static final String JUDGE_OPTIONS =
            "-c plan_cache_mode=force_generic_plan -c default_transaction_read_only=on -c statement_timeout=10s";

    /** A reader that has gone without a word gives its slot up after this. */
    private static final String REPLICATION_OPTIONS = "-c wal_sender_timeout=10s";

    /** What text values must be written with to be canonical. */
    private static final String CANONICAL =
            "SET TimeZone = 'UTC'; SET DateStyle = 'ISO'; SET IntervalStyle = 'postgres'; SET bytea_output = 'hex';"
                    + " SET extra_float_digits = 1";

    private final RegionsConfig regions;

    AppConnections(RegionsConfig regions) {
        this.regions = regions;
    }

    /** As the owner of the app's tables: for DDL and the catalogue. */
    public Connection owner(AppState app) throws SQLException {
        Properties properties = login(OWNER, regions.postgres().ownerPassword());
        PGProperty.OPTIONS.set(properties, OWNER_OPTIONS);
        return connect(app, properties);
    }

    /** As the owner, with values written in their canonical text form: the form that the log has them in. */
    public Connection canonical(AppState app) throws SQLException {
        return canonical(owner(app));
    }

    /** As the role that may become any request role: for judging policies, read-only. */
    public Connection judge(AppState app) throws SQLException {
        Properties properties = login(AUTHENTICATOR, regions.postgres().authenticatorPassword());
        PGProperty.OPTIONS.set(properties, JUDGE_OPTIONS);
        PGProperty.PREPARE_THRESHOLD.set(properties, 1);
        return connect(app, properties);
    }

    /** Like {@link #judge}, with values in their canonical text form. */
    public Connection reader(AppState app) throws SQLException {
        Properties properties = login(AUTHENTICATOR, regions.postgres().authenticatorPassword());
        PGProperty.OPTIONS.set(properties, JUDGE_OPTIONS);
        return canonical(connect(app, textOnly(properties)));
    }

    /** As the role that manages slots. */
    public Connection slots(AppState app) throws SQLException {
        return connect(app, login(REPLICATOR, regions.postgres().replicatorPassword()));
    }

    /**
     * A replication connection on which values are written in their canonical text form.
     *
     * @param reader the connection's name, as others see it
     */
    public Connection replication(AppState app, String reader) throws SQLException {
        Properties properties = login(REPLICATOR, regions.postgres().replicatorPassword());
        PGProperty.APPLICATION_NAME.set(properties, reader);
        PGProperty.OPTIONS.set(properties, REPLICATION_OPTIONS);
        PGProperty.REPLICATION.set(properties, "database");
        return canonical(connect(app, textOnly(properties)));
    }

    /** The driver then hands values on as the server writes them. */
    private static Properties textOnly(Properties properties) {
        PGProperty.PREFER_QUERY_MODE.set(properties, "simple");
        return properties;
    }

    private static Connection canonical(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(CANONICAL);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
        return connection;
    }

    private static Properties login(String user, String password) {
        var properties = new Properties();
        PGProperty.USER.set(properties, user);
        PGProperty.PASSWORD.set(properties, password);
        return properties;
    }

    /** To a region's cluster as a whole, as the role that manages slots. */
    public Connection cluster(String region) throws SQLException {
        return connect(
                region, CLUSTER_DATABASE, login(REPLICATOR, regions.postgres().replicatorPassword()));
    }

    private Connection connect(AppState app, Properties properties) throws SQLException {
        return connect(app.region(), app.appId().database(), properties);
    }

    private Connection connect(String name, String database, Properties properties) throws SQLException {
        RegionsConfig.Region region = regions.regions().get(name);
        if (region == null) {
            throw new SQLException("The region " + name + " is not served here", CANNOT_CONNECT);
        }
        PGProperty.CONNECT_TIMEOUT.set(properties, CONNECT_SECONDS);
        PGProperty.LOGIN_TIMEOUT.set(properties, CONNECT_SECONDS);
        PGProperty.TCP_KEEP_ALIVE.set(properties, true);
        PGProperty.ASSUME_MIN_SERVER_VERSION.set(properties, "15");
        properties.putIfAbsent(PGProperty.APPLICATION_NAME.getName(), "ghee-realtime");
        String url = "jdbc:postgresql://" + region.postgres().host() + ":"
                + region.postgres().port() + "/" + database;
        return Objects.requireNonNull(new Driver().connect(url, properties), "the driver refuses its own URL");
    }
}
