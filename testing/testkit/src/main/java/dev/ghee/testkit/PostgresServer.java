package dev.ghee.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import org.postgresql.Driver;

/** A Postgres cluster from the machine's own binaries; logical decoding on, passwords required, TCP on loopback only. */
final class PostgresServer implements Component {
    static final String ADMIN = "postgres";

    private final String region;
    private final int port;
    private final String password;
    private final Path data;
    private final Path log;
    private final PostgresBinaries binaries;
    private final UnprivilegedUser user;

    PostgresServer(StackHome home, String region, int port, String password) {
        this.region = region;
        this.port = port;
        this.password = password;
        this.data = home.data("postgres-" + region);
        this.log = home.log(name());
        this.binaries = PostgresBinaries.find(name());
        this.user = UnprivilegedUser.forServer(name());
    }

    @Override
    public String name() {
        return "postgres." + region;
    }

    @Override
    public void prepare() throws IOException {
        if (!Files.exists(data.resolve("PG_VERSION"))) {
            initialise();
        }
        endOrphans();
    }

    /** Built beside its place and moved there when whole, so that being killed half-way leaves nothing to trust. */
    private void initialise() throws IOException {
        Path part = data.resolveSibling(data.getFileName() + ".part");
        if (Files.exists(part)) {
            delete(part);
        }
        Files.createDirectories(part);
        user.own(part);
        Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("rwx------"));
        Path passwordFile = data.resolveSibling(data.getFileName() + ".password");
        StackHome.writePrivately(passwordFile, password + "\n");
        user.own(passwordFile);
        try {
            run(
                    part,
                    binaries.command("initdb"),
                    "--pgdata=" + part,
                    "--username=" + ADMIN,
                    "--pwfile=" + passwordFile,
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--locale=C.UTF-8",
                    "--data-checksums",
                    "--no-sync");
        } finally {
            Files.deleteIfExists(passwordFile);
        }
        Files.move(part, data, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Backends of a postmaster that was killed hold its shared memory until they notice; a new one refuses to start. */
    private void endOrphans() throws IOException {
        for (ProcessHandle process : ProcessHandle.allProcesses().toList()) {
            Path cwd = Path.of("/proc", Long.toString(process.pid()), "cwd");
            try {
                boolean server = process.info().command().orElse("").endsWith("/postgres");
                if (server
                        && Files.isSymbolicLink(cwd)
                        && Files.readSymbolicLink(cwd).equals(data)) {
                    OsProcess.of(process.pid(), log).kill();
                }
            } catch (IOException e) {
                // Gone meanwhile, or another user's: not ours.
                continue;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(e);
            }
        }
        Files.deleteIfExists(data.resolve("postmaster.pid"));
    }

    @Override
    public List<String> command() {
        List<String> command = new ArrayList<>(user.prefix(data));
        command.addAll(List.of(binaries.command("postgres"), "-D", data.toString()));
        settings().forEach((key, value) -> command.addAll(List.of("-c", key + "=" + value)));
        return command;
    }

    private Map<String, String> settings() {
        return Map.ofEntries(
                Map.entry("listen_addresses", "127.0.0.1"),
                Map.entry("port", Integer.toString(port)),
                Map.entry("unix_socket_directories", ""),
                Map.entry("wal_level", "logical"),
                Map.entry("max_wal_senders", "200"),
                Map.entry("max_replication_slots", "200"),
                // Past this a slot is lost and its app resynchronised, rather than the disk filled.
                Map.entry("max_slot_wal_keep_size", "2GB"),
                Map.entry("max_wal_size", "2GB"),
                Map.entry("max_connections", "300"),
                Map.entry("shared_buffers", "256MB"),
                Map.entry("jit", "off"),
                Map.entry("fsync", "on"),
                Map.entry("timezone", "UTC"),
                Map.entry("log_timezone", "UTC"),
                Map.entry("log_line_prefix", "%m [%p] %d "),
                Map.entry("password_encryption", "scram-sha-256"));
    }

    @Override
    public Path workingDirectory() {
        return data;
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

    private void run(Path folder, String program, String... arguments) throws IOException {
        List<String> command = Stream.of(user.prefix(data).stream(), Stream.of(program), Stream.of(arguments))
                .flatMap(part -> part)
                .toList();
        Files.createDirectories(log.getParent());
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .redirectErrorStream(true)
                .start();
        try {
            if (process.waitFor() != 0) {
                throw new StackException(name(), "initdb exited with code " + process.exitValue(), log, null);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> below = Files.walk(folder)) {
            for (Path path : below.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    /** The newest server of at least version 15 on this machine. */
    record PostgresBinaries(Path folder) {
        private static final int OLDEST = 15;
        private static final List<Path> HOMES =
                List.of(Path.of("/usr/lib/postgresql"), Path.of("/usr/local/pgsql"), Path.of("/opt/homebrew/opt"));

        static PostgresBinaries find(String component) {
            return HOMES.stream()
                    .filter(Files::isDirectory)
                    .flatMap(PostgresBinaries::below)
                    .filter(bin -> version(bin).orElse(0) >= OLDEST)
                    .max((a, b) ->
                            Integer.compare(version(a).orElse(0), version(b).orElse(0)))
                    .map(PostgresBinaries::new)
                    .orElseThrow(() -> new StackException(
                            component,
                            "no Postgres >= " + OLDEST + " on this machine; run: deploy/local/install-postgres"));
        }

        String command(String program) {
            return folder.resolve(program).toString();
        }

        private static Stream<Path> below(Path home) {
            try (Stream<Path> children = Files.list(home)) {
                return children
                        .map(child -> child.resolve("bin"))
                        .filter(bin -> Files.isExecutable(bin.resolve("postgres")))
                        .toList()
                        .stream();
            } catch (IOException e) {
                return Stream.empty();
            }
        }

        /** From the folder's name: {@code 15} or {@code postgresql@15}. */
        private static Optional<Integer> version(Path bin) {
            String digits = bin.resolve("..").normalize().toFile().getName().replaceFirst("^\\D*", "");
            return digits.matches("[0-9]+") ? Optional.of(Integer.parseInt(digits)) : Optional.empty();
        }
    }
}
