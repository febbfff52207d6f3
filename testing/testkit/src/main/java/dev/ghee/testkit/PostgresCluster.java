package dev.ghee.testkit;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeMap;
import org.postgresql.Driver;

/** A Postgres cluster of one region: logical decoding on, passwords required, reachable on loopback only. */
abstract sealed class PostgresCluster implements Component permits PostgresServer, PostgresContainer {
    static final String ADMIN = "postgres";

    /** Name of the environment variable (system property {@code ghee.max-slot-wal}) with the log kept for a slot at most. */
    private static final String SLOT_WAL_VARIABLE = "GHEE_MAX_SLOT_WAL";

    private static final String SLOT_WAL_DEFAULT = "4GB";

    final int port;
    final String password;
    final Path data;
    private final String region;

    PostgresCluster(StackHome home, String region, int port, String password) {
        this.region = region;
        this.port = port;
        this.password = password;
        this.data = home.data("postgres-" + region);
    }

    /** From the machine's binaries, or in a container where Docker is. */
    static PostgresCluster of(StackHome home, String region, int port, String password) {
        return Containers.available()
                ? new PostgresContainer(home, region, port, password)
                : new PostgresServer(home, region, port, password);
    }

    @Override
    public String name() {
        return "postgres." + region;
    }

    /** {@code -c key=value} for each setting, the given ones added. */
    static List<String> settings(Map<String, String> more) {
        Map<String, String> settings = new TreeMap<>(Map.of(
                "wal_level", "logical",
                "max_wal_senders", "200",
                "max_replication_slots", "200",
                // Past this a slot is lost and its app resynchronised, rather than the disk filled.
                "max_slot_wal_keep_size", slotWal(),
                "max_wal_size", "2GB",
                "max_connections", Integer.toString(LocalStack.POSTGRES_CONNECTIONS),
                "shared_buffers", "256MB",
                // Compiling costs more than it saves on statements of milliseconds.
                "jit", "off"));
        settings.putAll(more);
        List<String> arguments = new ArrayList<>();
        settings.forEach((key, value) -> arguments.addAll(List.of("-c", key + "=" + value)));
        return arguments;
    }

    private static String slotWal() {
        return System.getProperty(
                "ghee.max-slot-wal", System.getenv().getOrDefault(SLOT_WAL_VARIABLE, SLOT_WAL_DEFAULT));
    }

    @Override
    public boolean healthy() {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            return statement.execute("SELECT 1");
        } catch (SQLException e) {
            return false;
        }
    }

    private Connection connect() throws SQLException {
        Properties properties = new Properties();
        properties.put("user", ADMIN);
        properties.put("password", password);
        properties.put("loginTimeout", "2");
        properties.put("connectTimeout", "2");
        properties.put("socketTimeout", "2");
        String url = "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
        // Not through DriverManager: inside a Quarkus test the driver's class loader is not the caller's.
        return Objects.requireNonNull(new Driver().connect(url, properties), "driver refuses its own URL");
    }

    @Override
    public Map<String, String> endpoint() {
        return Map.of(
                "url",
                "postgresql://" + ADMIN + ":" + password + "@127.0.0.1:" + port + "/postgres",
                "host",
                "127.0.0.1",
                "port",
                Integer.toString(port));
    }
}
