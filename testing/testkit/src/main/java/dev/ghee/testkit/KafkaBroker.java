package dev.ghee.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A single Kafka node, broker and controller at once (KRaft). */
final class KafkaBroker implements Component {
    private static final String CLUSTER_ID = "Z2hlZS1sb2NhbC1zdGFjaw";
    private static final int NODE_ID = 1;

    private final StackHome home;
    private final int port;
    private final int controllerPort;
    private final Path data;

    KafkaBroker(StackHome home, int port, int controllerPort) {
        this.home = home;
        this.port = port;
        this.controllerPort = controllerPort;
        this.data = home.data(name());
    }

    @Override
    public String name() {
        return "kafka";
    }

    @Override
    public void prepare() throws IOException {
        Files.createDirectories(data);
        Files.writeString(
                serverProperties(),
                settings().entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue() + "\n")
                        .collect(Collectors.joining()));
        if (!Files.exists(data.resolve("log/meta.properties"))) {
            format();
        }
    }

    private void format() throws IOException {
        Files.createDirectories(home.log(name()).getParent());
        Process process = new ProcessBuilder(JavaCommand.small(128)
                        .main(
                                classPath(),
                                "kafka.tools.StorageTool",
                                "format",
                                "--cluster-id",
                                CLUSTER_ID,
                                "--config",
                                serverProperties().toString(),
                                "--ignore-formatted"))
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(home.log(name()).toFile()))
                .redirectErrorStream(true)
                .start();
        try {
            if (process.waitFor() != 0) {
                throw new StackException(name(), "formatting its storage failed", home.log(name()), null);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private Map<String, String> settings() {
        Map<String, String> settings = new TreeMap<>();
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", Integer.toString(NODE_ID));
        // Static voters, not a formatted-in quorum, so that the controller may have another port in the next run.
        settings.put("controller.quorum.voters", NODE_ID + "@127.0.0.1:" + controllerPort);
        settings.put("controller.listener.names", "CONTROLLER");
        settings.put("listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort);
        settings.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
        settings.put("log.dirs", data.resolve("log").toString());
        settings.put("num.partitions", "1");
        settings.put("num.network.threads", "2");
        settings.put("num.io.threads", "4");
        settings.put("background.threads", "2");
        settings.put("default.replication.factor", "1");
        settings.put("offsets.topic.replication.factor", "1");
        settings.put("offsets.topic.num.partitions", "4");
        settings.put("transaction.state.log.replication.factor", "1");
        settings.put("transaction.state.log.min.isr", "1");
        settings.put("transaction.state.log.num.partitions", "4");
        settings.put("share.coordinator.state.topic.replication.factor", "1");
        settings.put("share.coordinator.state.topic.min.isr", "1");
        settings.put("group.initial.rebalance.delay.ms", "0");
        settings.put("log.cleaner.dedupe.buffer.size", "16777216");
        settings.put("log.segment.bytes", "67108864");
        settings.put("log.retention.hours", "24");
        return settings;
    }

    @Override
    public List<String> command() {
        try {
            return JavaCommand.small(320)
                    .option("-Xms96m")
                    .option("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn")
                    .option("-Dorg.slf4j.simpleLogger.showDateTime=true")
                    .option("-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSS")
                    .classArchive(home.classArchive(name(), Repository.runtimeFile(name(), "lib")))
                    .main(classPath(), "kafka.Kafka", serverProperties().toString());
        } catch (IOException e) {
            throw new StackException(name(), "cannot lay out its command", home.log(name()), e);
        }
    }

    private Path serverProperties() {
        return data.resolve("server.properties");
    }

    private String classPath() throws IOException {
        return JavaCommand.classPath(Repository.runtimeFile(name(), "lib"));
    }

    @Override
    public Path workingDirectory() {
        return data;
    }

    @Override
    public boolean healthy() {
        return Probe.kafkaServes(port);
    }

    @Override
    public Map<String, String> endpoint() {
        return Map.of("url", "kafka://127.0.0.1:" + port, "bootstrapServers", "127.0.0.1:" + port);
    }
}
