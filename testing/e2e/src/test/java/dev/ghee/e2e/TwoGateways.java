package dev.ghee.e2e;

import dev.ghee.local.GheeStack;
import dev.ghee.local.ReplicaCounts;
import dev.ghee.local.StackEvents;
import dev.ghee.testkit.Endpoints;
import dev.ghee.testkit.LocalStack;
import dev.ghee.testkit.OsProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A platform with two gateways, whose processes a test may kill. */
final class TwoGateways implements AutoCloseable {
    static final List<String> NAMES = List.of("realtime-gateway", "realtime-gateway-2");

    private static final String READER = """
            SELECT client_port FROM pg_stat_replication r JOIN pg_replication_slots s ON s.active_pid = r.pid
            WHERE slot_name = 'ghee_%s'""";

    private final GheeStack stack;

    private TwoGateways(GheeStack stack) {
        this.stack = stack;
    }

    static TwoGateways start(Path home) {
        var replicas = new ReplicaCounts(Map.of("realtime-gateway", 2));
        return new TwoGateways(GheeStack.start(home, Platform.freePort(), replicas, StackEvents.SILENT));
    }

    Platform platform() {
        return Platform.of(stack);
    }

    Endpoints endpoints() {
        return stack.endpoints();
    }

    OsProcess process(String component) {
        return endpoints().get(component).process();
    }

    /** A socket on this gateway, past the edge. */
    LiveSocket connect(String gateway, TestApp app, String token) {
        String url = endpoints().get(gateway).get("url").replaceFirst("^http", "ws");
        return LiveSocket.connect(url + app.path("/realtime?token=" + token));
    }

    /** A connection to the app's database as its owner. */
    Connection owner(String app) throws SQLException {
        LocalStack backing = stack.backing();
        return DriverManager.getConnection(
                backing.jdbcUrl(app), "ghee_owner", backing.secrets().postgresOwnerPassword());
    }

    /** The gateway that reads the app's slot: the one that has the other end of the server's connection. */
    Optional<String> reader(String app) throws SQLException, IOException {
        LocalStack backing = stack.backing();
        try (Connection connection = DriverManager.getConnection(
                        backing.jdbcUrl("postgres"), backing.adminUser(), backing.adminPassword());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(READER.formatted(app))) {
            if (!row.next()) {
                return Optional.empty();
            }
            int port = row.getInt(1);
            for (String gateway : NAMES) {
                if (hasPort(process(gateway).pid(), port)) {
                    return Optional.of(gateway);
                }
            }
            return Optional.empty();
        }
    }

    /** Source: proc_pid_fd(5), proc_pid_net(5): sockets by inode, local addresses as hex. */
    private static boolean hasPort(long pid, int port) throws IOException {
        String suffix = ":%04X".formatted(port);
        List<String> inodes;
        try (Stream<String> four = Files.lines(Path.of("/proc/net/tcp"));
                Stream<String> six = Files.lines(Path.of("/proc/net/tcp6"))) {
            inodes = Stream.concat(four, six)
                    .map(line -> line.strip().split(" +"))
                    .filter(fields -> fields[1].endsWith(suffix))
                    .map(fields -> "socket:[" + fields[9] + "]")
                    .toList();
        }
        try (Stream<Path> descriptors = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
            for (Path descriptor : descriptors.toList()) {
                if (Files.isSymbolicLink(descriptor) && inodes.contains(target(descriptor))) {
                    return true;
                }
            }
            return false;
        }
    }

    /** Empty for one that was closed meanwhile. */
    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return "";
        }
    }

    @Override
    public void close() {
        stack.close();
    }
}
