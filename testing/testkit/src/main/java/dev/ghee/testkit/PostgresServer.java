package dev.ghee.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A cluster run from the machine's own binaries, by an unprivileged user when we are root. */
final class PostgresServer extends PostgresCluster {
    private final Path log;
    private final PostgresBinaries binaries;
    private final UnprivilegedUser user;

    PostgresServer(StackHome home, String region, int port, String password) {
        super(home, region, port, password);
        this.log = home.log(name());
        this.binaries = PostgresBinaries.find(name());
        this.user = UnprivilegedUser.forServer(name());
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
        command.addAll(settings(Map.of(
                "listen_addresses", "127.0.0.1",
                "port", Integer.toString(port),
                "unix_socket_directories", "",
                "timezone", "UTC",
                "log_timezone", "UTC",
                "log_line_prefix", "%m [%p] %d ")));
        return command;
    }

    @Override
    public Path workingDirectory() {
        return data;
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
