package dev.ghee.functions.object.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ghee.functions.engine.EngineConfig;
import dev.ghee.functions.engine.Workerd;
import dev.ghee.functions.object.ObjectApp;
import dev.ghee.functions.object.place.Snapshots;
import dev.ghee.functions.object.store.ObjectClasses;
import dev.ghee.functions.object.store.ObjectEnvironment;
import dev.ghee.functions.object.store.ObjectPlaces;
import dev.ghee.functions.object.store.ObjectUse;
import dev.ghee.tenancy.directory.AppDirectory;
import dev.ghee.tenancy.directory.KeyDirectory;
import dev.ghee.testkit.StackResource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.net.SocketAddress;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two nodes with disks of their own and one app. */
@QuarkusTest
@WithTestResource(StackResource.class)
class SeveralNodesFaultIT {
    @Inject
    AppDirectory apps;

    @Inject
    KeyDirectory keys;

    @Inject
    ObjectClasses classes;

    @Inject
    ObjectEnvironment environment;

    @Inject
    ObjectUse use;

    @Inject
    Workerd workerd;

    @Inject
    EngineConfig engine;

    @Inject
    ObjectPlaces places;

    @Inject
    Snapshots snapshots;

    private ObjectApp app;
    private ObjectHosts first;
    private ObjectHosts second;

    @BeforeEach
    void start() throws Exception {
        app = new ObjectApp(apps, keys);
        app.deployPublic("counter");
        first = node("first");
        second = node("second");
    }

    @AfterEach
    void stop() throws Exception {
        first.stop(new ShutdownEvent());
        second.stop(new ShutdownEvent());
        app.close();
    }

    @Test
    void oneNodeHasTheObjectsAndHandsThemOverWhole() throws Exception {
        RunningObjects running = here(first);
        for (int n = 1; n <= 5; n++) {
            assertThat(increment(running)).isEqualTo(n);
        }
        assertThat(second.ready(apps.known(app.id).orElseThrow())).isEqualTo(new Whereabouts.Elsewhere("http://first"));
        first.stop(new ShutdownEvent());
        first = node("first-again");
        assertThat(increment(eventuallyHere(second))).isEqualTo(6);
        assertThat(first.ready(apps.known(app.id).orElseThrow())).isEqualTo(new Whereabouts.Elsewhere("http://second"));
    }

    @Test
    void anotherNodeGoesOnFromTheLastCopyWhenOneIsLost() throws Exception {
        RunningObjects running = here(first);
        assertThat(increment(running)).isEqualTo(1);
        // Long enough for a copy; then nothing more is heard of the first node, which itself goes on.
        await().atMost(Duration.ofSeconds(20))
                .until(() -> !snapshots.newest(app.id).files().isEmpty());
        first.stopLooking();
        assertThat(increment(eventuallyHere(second))).isEqualTo(2);
        assertThat(first.known(app.id)).isNull();
    }

    private RunningObjects here(ObjectHosts node) {
        return ((Whereabouts.Here) node.ready(apps.known(app.id).orElseThrow())).objects();
    }

    private RunningObjects eventuallyHere(ObjectHosts node) {
        return await().atMost(Duration.ofSeconds(30))
                                .pollInterval(Duration.ofMillis(200))
                                .until(
                                        () -> node.ready(apps.known(app.id).orElseThrow()),
                                        Whereabouts.Here.class::isInstance)
                        instanceof Whereabouts.Here(RunningObjects objects)
                ? objects
                : here(node);
    }

    private int increment(RunningObjects running) throws IOException {
        SocketAddress address = running.address();
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(address.path()));
            channel.write(ByteBuffer.wrap(("POST /_do/counter/a HTTP/1.1\r\nHost: object\r\nConnection: close\r\n"
                            + "Content-Length: 0\r\nx-ghee-object: COUNTER/a\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII)));
            ByteBuffer answer = ByteBuffer.allocate(4096);
            while (channel.read(answer) >= 0) {
                assertThat(answer.hasRemaining()).isTrue();
            }
            String text = new String(answer.array(), 0, answer.position(), StandardCharsets.US_ASCII);
            return Integer.parseInt(text.replaceAll("(?s).*\\{\"n\":([0-9]+)\\}.*", "$1"));
        }
    }

    private ObjectHosts node(String name) {
        var config =
                new QuickConfig(Path.of("target", "nodes", UUID.randomUUID().toString()), "http://" + name);
        var node = new ObjectHosts(
                apps,
                classes,
                environment,
                use,
                workerd,
                config,
                engine,
                places,
                snapshots,
                "127.0.0.1",
                0,
                new SimpleMeterRegistry());
        node.start(new StartupEvent());
        return node;
    }

    /** Everything sooner than in life. */
    private record QuickConfig(Path directory, String own) implements ObjectsConfig {
        @Override
        public Duration idleTimeout() {
            return Duration.ofMinutes(1);
        }

        @Override
        public Duration lease() {
            return Duration.ofSeconds(3);
        }

        @Override
        public Duration snapshotInterval() {
            return Duration.ofMillis(500);
        }

        @Override
        public Optional<String> address() {
            return Optional.of(own);
        }

        @Override
        public Duration responseTimeout() {
            return Duration.ofSeconds(10);
        }

        @Override
        public Duration stallTimeout() {
            return Duration.ofSeconds(10);
        }

        @Override
        public int maxMemoryMegabytes() {
            return 384;
        }

        @Override
        public int maxProcesses() {
            return 10;
        }

        @Override
        public Optional<List<String>> allowedNetworks() {
            return Optional.empty();
        }

        @Override
        public int maxSockets() {
            return 10;
        }

        @Override
        public int maxRequests() {
            return 10;
        }
    }
}
