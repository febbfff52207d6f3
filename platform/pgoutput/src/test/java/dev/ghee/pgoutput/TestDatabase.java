package dev.ghee.pgoutput;

import dev.ghee.pgoutput.value.TypeCatalog;
import dev.ghee.pgoutput.value.TypeCatalog.CatalogType;
import dev.ghee.testkit.LocalStack;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.postgresql.util.PSQLException;

/** A database of its own on the shared cluster, with a publication of all tables; dropped on close. */
public final class TestDatabase implements AutoCloseable {
    static final String PUBLICATION = "everything";

    /** Those that the text form of values depends on. */
    private static final List<String> SETTINGS = List.of(
            "SET DateStyle = 'ISO'",
            "SET TimeZone = 'UTC'",
            "SET IntervalStyle = 'postgres'",
            "SET extra_float_digits = 1",
            "SET bytea_output = 'hex'");

    private final LocalStack stack;
    private final String name;
    private final Connection admin;
    private final Connection sql;
    private final List<WalSession> sessions = new ArrayList<>();

    private TestDatabase(LocalStack stack, String name, Connection admin, Connection sql) {
        this.stack = stack;
        this.name = name;
        this.admin = admin;
        this.sql = sql;
    }

    public static TestDatabase create() throws SQLException {
        LocalStack stack = LocalStack.shared();
        String name = "pgoutput_" + UUID.randomUUID().toString().replace("-", "");
        Connection admin = connect(stack, "postgres", Map.of());
        try (Statement statement = admin.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        }
        TestDatabase database = new TestDatabase(
                stack,
                name,
                admin,
                connect(stack, name, Map.of("preferQueryMode", "simple", "stringtype", "unspecified")));
        database.execute("CREATE EXTENSION vector", "CREATE EXTENSION citext");
        database.execute(SETTINGS.toArray(String[]::new));
        database.execute("CREATE PUBLICATION " + PUBLICATION + " FOR ALL TABLES WITH (publish_via_partition_root)");
        return database;
    }

    /** The connection that tests write and compare with. */
    public Connection sql() {
        return sql;
    }

    public void execute(String... statements) throws SQLException {
        try (Statement statement = sql.createStatement()) {
            for (String each : statements) {
                statement.execute(each);
            }
        }
    }

    /** The types of this database as they are now. */
    public TypeCatalog types() throws SQLException {
        List<CatalogType> types = new ArrayList<>();
        try (Statement statement = sql.createStatement();
                ResultSet rows = statement.executeQuery(TypeCatalog.QUERY)) {
            while (rows.next()) {
                types.add(new CatalogType(
                        (int) rows.getLong(1),
                        rows.getString(2),
                        (int) rows.getLong(3),
                        (int) rows.getLong(4),
                        rows.getString(5)));
            }
        }
        return TypeCatalog.of(types);
    }

    /** Starts reading what is written from now on; the options are the plugin's. */
    public WalSession openWal(Map<String, String> options) throws SQLException {
        Connection connection = connect(
                stack,
                name,
                Map.of("replication", "database", "preferQueryMode", "simple", "assumeMinServerVersion", "15"));
        try (Statement statement = connection.createStatement()) {
            for (String setting : SETTINGS) {
                statement.execute(setting);
            }
            // The least there is, so that transactions of a few hundred rows are streamed if the options ask for it.
            statement.execute("SET logical_decoding_work_mem = '64kB'");
        }
        WalSession session = WalSession.start(this, connection, options);
        sessions.add(session);
        return session;
    }

    @Override
    public void close() throws SQLException {
        for (WalSession session : sessions) {
            session.close();
        }
        sql.close();
        try (admin;
                Statement statement = admin.createStatement()) {
            // A temporary slot goes shortly after its connection, and holds the database until then.
            Awaitility.await()
                    .ignoreException(PSQLException.class)
                    .until(() -> !statement.execute("DROP DATABASE " + name + " WITH (FORCE)"));
        }
    }

    private static Connection connect(LocalStack stack, String database, Map<String, String> more) throws SQLException {
        Properties properties = new Properties();
        properties.put("user", stack.adminUser());
        properties.put("password", stack.adminPassword());
        properties.putAll(more);
        return DriverManager.getConnection(stack.jdbcUrl(database), properties);
    }
}
