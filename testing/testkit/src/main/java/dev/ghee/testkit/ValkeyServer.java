package dev.ghee.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Valkey or Redis from the machine; where it has neither, the Redis binary that the build fetched. In a container
 * where Docker is.
 */
final class ValkeyServer implements Component {
    private static final String IMAGE = "valkey/valkey:8.1";
    private static final int PORT_INSIDE = 6379;
    private static final List<String> PROGRAMS = List.of("valkey-server", "redis-server");
    private static final Map<String, String> BUNDLED = Map.of(
            "linux amd64", "redis-server-6.2.6-v5-linux-amd64",
            "linux aarch64", "redis-server-6.2.7-linux-arm64",
            "mac os x aarch64", "redis-server-6.2.6-v5-darwin-arm64",
            "mac os x x86_64", "redis-server-6.2.6-v5-darwin-amd64");

    private final StackHome home;
    private final int port;
    private final Path data;

    ValkeyServer(StackHome home, int port) {
        this.home = home;
        this.port = port;
        this.data = home.data(name());
    }

    @Override
    public String name() {
        return "valkey";
    }

    @Override
    public void prepare() throws IOException {
        Files.createDirectories(data);
        if (!Containers.available() && installed().isEmpty() && !Files.isExecutable(unpacked())) {
            unpack();
        }
    }

    private void unpack() throws IOException {
        String platform =
                (System.getProperty("os.name") + " " + System.getProperty("os.arch")).toLowerCase(Locale.ROOT);
        String entryName = BUNDLED.get(platform);
        if (entryName == null) {
            throw new StackException(name(), "no valkey-server on the path, and none bundled for " + platform);
        }
        try (ZipFile jar =
                new ZipFile(Repository.runtimeFile(name(), "redis-binaries.jar").toFile())) {
            ZipEntry entry = jar.getEntry(entryName);
            if (entry == null) {
                throw new StackException(name(), "the bundle lacks " + entryName);
            }
            Path part = data.resolve("redis-server.part");
            try (InputStream in = jar.getInputStream(entry)) {
                Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
            }
            if (!part.toFile().setExecutable(true)) {
                throw new StackException(name(), "cannot make " + part + " executable");
            }
            Files.move(part, unpacked(), StandardCopyOption.ATOMIC_MOVE);
        }
    }

    @Override
    public List<String> command() {
        if (Containers.available()) {
            return Containers.command(
                    name(),
                    IMAGE,
                    port,
                    PORT_INSIDE,
                    data,
                    "/data",
                    List.of("--", "valkey-server", "--appendonly", "yes"));
        }
        return List.of(
                installed().orElse(unpacked()).toString(),
                "--bind",
                "127.0.0.1",
                "--port",
                Integer.toString(port),
                "--dir",
                data.toString(),
                "--save",
                "",
                "--appendonly",
                "yes",
                "--daemonize",
                "no");
    }

    private Path unpacked() {
        return data.resolve("redis-server");
    }

    private static Optional<Path> installed() {
        return PROGRAMS.stream()
                .flatMap(program -> Stream.of(
                                System.getenv().getOrDefault("PATH", "").split(":"))
                        .map(folder -> Path.of(folder, program)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    @Override
    public Path workingDirectory() {
        return data;
    }

    @Override
    public boolean healthy() {
        return Probe.answers(port, "PING\r\n", "+PONG");
    }

    @Override
    public Map<String, String> endpoint() {
        return Map.of("url", "redis://127.0.0.1:" + port);
    }
}
