package dev.ghee.local;

import dev.ghee.testkit.Component;
import dev.ghee.testkit.JavaCommand;
import dev.ghee.testkit.Probe;
import dev.ghee.testkit.Repository;
import dev.ghee.testkit.StackException;
import dev.ghee.testkit.StackHome;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** One of the platform's services: a Quarkus application with a properties file of its own. */
final class QuarkusService implements Component {
    private final StackHome home;
    private final String name;
    private final String module;
    private final int port;
    private final int maxHeapMegabytes;
    private final int maxDirectMegabytes;
    private final Map<String, String> configuration;

    /**
     * @param name of the process, also of its files; replicas of one module have different ones
     * @param module whose application it runs
     * @param maxDirectMegabytes for buffers outside of the heap; only what is used counts
     */
    QuarkusService(
            StackHome home,
            String name,
            String module,
            int port,
            int maxHeapMegabytes,
            int maxDirectMegabytes,
            Map<String, String> configuration) {
        this.home = home;
        this.name = name;
        this.module = module;
        this.port = port;
        this.maxHeapMegabytes = maxHeapMegabytes;
        this.maxDirectMegabytes = maxDirectMegabytes;
        this.configuration = Map.copyOf(configuration);
    }

    @Override
    public String name() {
        return name;
    }

    private Path jar() {
        return Repository.root().resolve(module).resolve("target/quarkus-app/quarkus-run.jar");
    }

    private Path properties() {
        return home.directory().resolve("config").resolve(name + ".properties");
    }

    @Override
    public void prepare() throws IOException {
        if (!Files.exists(jar())) {
            throw new StackException(name, "is not built; run: ./ghee mvn package -DskipTests");
        }
        Files.createDirectories(workingDirectory());
        Files.createDirectories(home.directory().resolve("config"));
        Map<String, String> all = new TreeMap<>(configuration);
        all.put("quarkus.http.host", "127.0.0.1");
        all.put("quarkus.http.port", Integer.toString(port));
        StackHome.writePrivately(properties(), propertiesText(all));
    }

    /** As a properties file whose values mean themselves: no expression in them is expanded. */
    static String propertiesText(Map<String, String> values) {
        Properties properties = new Properties();
        values.forEach((key, value) -> properties.setProperty(key, value.replace("${", "\\${")));
        StringWriter text = new StringWriter();
        try {
            properties.store(text, null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    @Override
    public List<String> command() {
        try {
            return JavaCommand.fast(maxHeapMegabytes)
                    .option("-XX:MaxDirectMemorySize=" + maxDirectMegabytes + "m")
                    .option("-XX:MaxMetaspaceSize=192m")
                    // Address space only. With less, the growing cache makes the collector stop the world to look for
                    // dead code.
                    .option("-XX:ReservedCodeCacheSize=240m")
                    // More carriers than processors: what computes without pause on some of them, such as an app that
                    // writes a lot, is interrupted by the system in favour of the others.
                    .option("-Djdk.virtualThreadScheduler.parallelism=16")
                    .option("-Xss512k")
                    .option("--sun-misc-unsafe-memory-access=allow")
                    .option("--enable-native-access=ALL-UNNAMED")
                    .classArchive(home.classArchive(name, jar().resolve("..").normalize()))
                    .option("-Dquarkus.config.locations=" + properties())
                    .jar(jar());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Path workingDirectory() {
        return home.data(name);
    }

    @Override
    public boolean healthy() {
        return Probe.httpOk(port, "/q/health/ready");
    }

    @Override
    public Map<String, String> endpoint() {
        return Map.of("url", "http://127.0.0.1:" + port);
    }

    @Override
    public Duration startLimit() {
        return Duration.ofSeconds(120);
    }
}
