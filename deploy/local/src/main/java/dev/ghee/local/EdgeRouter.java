package dev.ghee.local;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ghee.testkit.Component;
import dev.ghee.testkit.JavaCommand;
import dev.ghee.testkit.Probe;
import dev.ghee.testkit.Repository;
import dev.ghee.testkit.StackException;
import dev.ghee.testkit.StackHome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The one address clients know; routes to the services by {@code deploy/routes.yaml}. */
final class EdgeRouter implements Component {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final StackHome home;
    private final int port;
    private final Map<String, List<String>> backends;

    /** @param backends addresses of each service's replicas */
    EdgeRouter(StackHome home, int port, Map<String, List<String>> backends) {
        this.home = home;
        this.port = port;
        this.backends = Map.copyOf(backends);
    }

    @Override
    public String name() {
        return "edge";
    }

    private Path configFile() {
        return home.directory().resolve("config").resolve("edge.json");
    }

    private static Path libraries() {
        return Repository.root().resolve("deploy/local/target/lib");
    }

    @Override
    public void prepare() throws IOException {
        if (!Files.isDirectory(libraries())) {
            throw new StackException(name(), "is not built; run: ./ghee mvn package -DskipTests");
        }
        Files.createDirectories(workingDirectory());
        Files.createDirectories(configFile().getParent());
        Path root = Repository.root();
        StackHome.writePrivately(
                configFile(),
                JSON.writeValueAsString(Map.of(
                        "port",
                        port,
                        "routes",
                        root.resolve("deploy/routes.yaml").toString(),
                        "backends",
                        backends,
                        "static",
                        Map.of(
                                "examples",
                                root.resolve("examples").toString(),
                                "docs",
                                root.resolve("docs").toString()))));
    }

    @Override
    public List<String> command() {
        try {
            return JavaCommand.fast(128)
                    .option("-XX:MaxDirectMemorySize=96m")
                    .option("-XX:MaxMetaspaceSize=96m")
                    .option("-XX:ReservedCodeCacheSize=64m")
                    .option("--sun-misc-unsafe-memory-access=allow")
                    .option("--enable-native-access=ALL-UNNAMED")
                    .classArchive(home.classArchive(name(), libraries()))
                    .option("-Dghee.edge.config=" + configFile())
                    .main(JavaCommand.classPath(libraries()), "dev.ghee.edge.Edge");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Path workingDirectory() {
        return home.data(name());
    }

    @Override
    public boolean healthy() {
        return Probe.httpOk(port, "/_edge/health");
    }

    @Override
    public Map<String, String> endpoint() {
        return Map.of("url", "http://127.0.0.1:" + port);
    }
}
