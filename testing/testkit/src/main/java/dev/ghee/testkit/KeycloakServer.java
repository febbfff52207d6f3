package dev.ghee.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A real OpenID Connect server for one test class: Keycloak in development mode on a free port, with a realm that the
 * test brings along and an in-memory database. Ends with {@link #close}. The first start of an unpacked distribution
 * takes about half a minute, later ones half of that.
 */
public final class KeycloakServer implements AutoCloseable {
    private static final String COMPONENT = "keycloak";
    private static final Duration START_LIMIT = Duration.ofMinutes(4);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

    private final Process process;
    private final int port;

    private KeycloakServer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Starts one and returns when it answers.
     *
     * @param realm the realm to import, as Keycloak exports it
     * @param realmName the name in it
     * @throws StackException when it does not start
     */
    public static KeycloakServer start(String realm, String realmName) {
        int port = new Ports(Map.of()).of(COMPONENT);
        try {
            Path home = distribution();
            Path imports = Files.createDirectories(home.resolve("data/import"));
            Path part = Files.createTempFile(imports, "realm", ".part");
            Files.writeString(part, realm);
            Files.move(part, imports.resolve(realmName + "-realm.json"), StandardCopyOption.REPLACE_EXISTING);
            Path log = Repository.root().resolve("testing/stack-runtime/target/stack/keycloak.log");
            ProcessBuilder builder = new ProcessBuilder(
                            "sh",
                            home.resolve("bin/kc.sh").toString(),
                            "start-dev",
                            "--http-host=127.0.0.1",
                            "--http-port=" + port,
                            "--db=dev-mem",
                            "--cache=local",
                            "--import-realm")
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile());
            builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
            builder.environment().put("JAVA_OPTS_KC_HEAP", "-Xms64m -Xmx512m");
            builder.environment().put("JAVA_OPTS_APPEND", "-XX:TieredStopAtLevel=1");
            var server = new KeycloakServer(builder.start(), port);
            server.await(realmName, log);
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StackException(COMPONENT, "interrupted while starting");
        }
    }

    /** Such as {@code http://127.0.0.1:12345}. */
    public String url() {
        return "http://127.0.0.1:" + port;
    }

    private void await(String realmName, Path log) throws InterruptedException {
        Instant end = Instant.now().plus(START_LIMIT);
        while (!Probe.httpOk(port, "/realms/" + realmName)) {
            if (!process.isAlive() || Instant.now().isAfter(end)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                throw new StackException(
                        COMPONENT, "did not start; see " + Repository.root().relativize(log));
            }
            TimeUnit.MILLISECONDS.sleep(250);
        }
    }

    private static Path distribution() throws IOException {
        Path folder = Repository.runtimeFile(COMPONENT, "keycloak");
        try (Stream<Path> versions = Files.list(folder)) {
            return versions.filter(Files::isDirectory)
                    .max(Path::compareTo)
                    .orElseThrow(() -> new StackException(COMPONENT, "is not unpacked"));
        }
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        try {
            if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
