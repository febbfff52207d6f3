package dev.ghee.control.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import dev.ghee.contracts.ApiKeyState;
import dev.ghee.contracts.AppState;
import dev.ghee.contracts.Contracts;
import dev.ghee.contracts.Topics;
import dev.ghee.control.region.ControlDatabase;
import dev.ghee.control.testing.Api;
import dev.ghee.tenancy.caller.CallerResolver;
import dev.ghee.testkit.LocalStack;
import dev.ghee.testkit.StackResource;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Promise 3 of the reliability page, for the platform's own state: no acknowledged change is lost on its way. */
@QuarkusTest
@WithTestResource(StackResource.class)
class KafkaPausedFaultIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Api owner = Api.owner();

    @Inject
    ControlDatabase database;

    @Inject
    OutboxRelay relay;

    @Inject
    MeterRegistry metrics;

    @AfterEach
    void kafkaGoesOn() throws Exception {
        signalKafka("-CONT");
    }

    @Test
    void changesMadeWhileKafkaHangsArePublishedInTheEnd() throws Exception {
        String app = owner.readyApp();
        signalKafka("-STOP");
        double failures = failures();
        var created = owner.json(Map.of("name", "paused"))
                .post("/api-keys")
                .then()
                .statusCode(201)
                .extract();
        String key = created.path("key");
        String keyId = created.path("keyId");
        owner.json(Map.of("paused", true))
                .patch("/v1/{app}/config/pause", app)
                .then()
                .statusCode(200);
        // This process knows its own changes without Kafka.
        new Api(key)
                .request()
                .get("/v1/{app}/config", app)
                .then()
                .statusCode(200)
                .body("paused", equalTo(true));
        owner.request().delete("/api-keys/{id}", keyId).then().statusCode(200);
        new Api(key).request().get("/apps").then().statusCode(401);
        await().atMost(LIMIT).untilAsserted(() -> assertThat(failures()).isGreaterThan(failures));

        signalKafka("-CONT");

        await().atMost(LIMIT).untilAsserted(() -> assertThat(pending()).isZero());
        List<ApiKeyState> keys = published(Topics.API_KEYS, CallerResolver.sha256(key), ApiKeyState.class);
        assertThat(keys.getLast().revoked()).isTrue();
        List<AppState> apps = published(Topics.APPS, app, AppState.class);
        assertThat(apps.getLast().paused()).isTrue();
        assertThat(apps).extracting(AppState::revision).isSorted();
    }

    /** What a process leaves behind that dies after Kafka's acknowledgement and before it took note of it. */
    @Test
    void aStateThatWasPublishedButNotMarkedIsPublishedAgain() throws Exception {
        String app = owner.readyApp();
        await().atMost(LIMIT).untilAsserted(() -> assertThat(pending()).isZero());
        int before = published(Topics.APPS, app, AppState.class).size();
        execute("UPDATE state_outbox SET published = false WHERE key = '" + app + "'");
        relay.wake();
        await().atMost(LIMIT)
                .untilAsserted(() ->
                        assertThat(published(Topics.APPS, app, AppState.class)).hasSizeGreaterThan(before));
        owner.request().get("/v1/{app}/config", app).then().statusCode(200);
    }

    @Test
    void aDeletedAppLeavesATombstone() throws Exception {
        String app = owner.readyApp();
        owner.request().delete("/apps/{app}", app).then().statusCode(200);
        await().atMost(LIMIT).untilAsserted(() -> {
            assertThat(count("SELECT count(*) FROM state_outbox WHERE key = '" + app + "'"))
                    .isZero();
            assertThat(values(Topics.APPS, app)).endsWith((byte[]) null);
        });
    }

    private double failures() {
        return metrics.counter("ghee.outbox.failures").count();
    }

    private int pending() throws SQLException {
        return count("SELECT count(*) FROM state_outbox WHERE NOT published");
    }

    private int count(String query) throws SQLException {
        try (Connection connection = database.connect();
                var rows = connection.createStatement().executeQuery(query)) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = database.connect();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void signalKafka(String signal) throws IOException, InterruptedException {
        long pid = LocalStack.shared().endpoints().get("kafka").process().pid();
        assertThat(new ProcessBuilder("kill", signal, Long.toString(pid))
                        .start()
                        .waitFor())
                .isZero();
    }

    private static <T> List<T> published(String topic, String key, Class<T> type) throws IOException {
        List<T> states = new ArrayList<>();
        for (byte[] value : values(topic, key)) {
            states.add(Contracts.read(value, type));
        }
        return states;
    }

    private static List<byte[]> values(String topic, String key) {
        Map<String, Object> settings = Map.of("bootstrap.servers", Api.config("kafka.bootstrap.servers"));
        try (var kafka = new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            var partition = new TopicPartition(topic, 0);
            kafka.assign(List.of(partition));
            kafka.seekToBeginning(List.of(partition));
            long end = kafka.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
            List<byte[]> values = new ArrayList<>();
            while (kafka.position(partition) < end) {
                kafka.poll(Duration.ofMillis(200)).forEach(record -> {
                    if (record.key().equals(key)) {
                        values.add(record.value());
                    }
                });
            }
            return values;
        }
    }
}
