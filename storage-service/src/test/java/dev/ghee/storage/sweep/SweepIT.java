package dev.ghee.storage.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ghee.contracts.Contracts;
import dev.ghee.contracts.ObjectEvent;
import dev.ghee.contracts.Topics;
import dev.ghee.storage.object.ObjectApp;
import dev.ghee.storage.s3.Bucket;
import dev.ghee.storage.s3.ObjectBytes;
import dev.ghee.storage.s3.PartBytes;
import dev.ghee.tenancy.directory.AppDirectory;
import dev.ghee.tenancy.directory.KeyDirectory;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Bytes, rows and events converge, whatever was interrupted where. */
@QuarkusTest
@WithTestResource(StackResource.class)
class SweepIT {
    @Inject
    AppDirectory apps;

    @Inject
    KeyDirectory keys;

    @Inject
    FollowUp followUp;

    @Inject
    Orphans orphans;

    @Inject
    ObjectBytes bytes;

    @Inject
    PartBytes parts;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String kafka;

    ObjectApp objects;
    String key;

    @BeforeEach
    void app() throws Exception {
        objects = new ObjectApp(apps, keys);
        key = objects.app.serviceKey;
    }

    private List<ObjectEvent> events(int count) {
        Map<String, Object> settings = Map.of("bootstrap.servers", kafka, "group.id", "test-" + UUID.randomUUID());
        List<ObjectEvent> heard = new ArrayList<>();
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            var topic = new TopicPartition(Topics.OBJECTS, 0);
            consumer.assign(List.of(topic));
            consumer.seekToBeginning(List.of(topic));
            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                for (var record : consumer.poll(Duration.ofMillis(200))) {
                    if (objects.app.id.value().equals(record.key())) {
                        heard.add(Contracts.read(record.value(), ObjectEvent.class));
                    }
                }
                assertThat(heard).hasSizeGreaterThanOrEqualTo(count);
            });
        }
        return heard;
    }

    @Test
    void anUploadNobodyAsksForBecomesKnownAndIsToldOf() throws Exception {
        String id = objects.upload(key, "a.txt", "hello", false);
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(objects.app.query("SELECT status FROM ghee.objects"))
                        .containsExactly("stored"));
        objects.app
                .request()
                .contentType("application/json")
                .body(Map.of("filename", "b.txt"))
                .patch(objects.app.storage("/objects/" + id));
        String stored = objects.app.query("SELECT key FROM ghee.objects").getFirst();
        assertThat(bytes.stat(Bucket.OBJECTS, stored)).isPresent();
        objects.app.request().delete(objects.app.storage("/objects/" + id));

        List<ObjectEvent> heard = events(3);
        assertThat(heard)
                .extracting(ObjectEvent::kind)
                .containsExactly(ObjectEvent.Kind.CREATED, ObjectEvent.Kind.UPDATED, ObjectEvent.Kind.DELETED);
        assertThat(heard).extracting(ObjectEvent::objectId).containsOnly(id);
        assertThat(heard).extracting(ObjectEvent::filename).containsExactly("a.txt", "b.txt", "b.txt");
        assertThat(bytes.stat(Bucket.OBJECTS, stored)).isEmpty();
        await().untilAsserted(() -> assertThat(objects.app.query("SELECT id FROM ghee.storage_outbox"))
                .isEmpty());
    }

    /** As after a kill -9 between the commit and everything that follows from it. */
    @Test
    void whatAProcessLeftUndoneWhenItDiedIsDoneByAnother() throws Exception {
        String stored = objects.app.id + "/service/left";
        bytes.put(Bucket.OBJECTS, stored, new byte[] {1, 2, 3}, "text/plain");
        String upload = parts.begin(Bucket.OBJECTS, objects.app.id + "/service/parts", "text/plain");
        objects.app.query("""
                UPDATE ghee.storage_worker SET holder = gen_random_uuid(), until = clock_timestamp() + interval '1 hour';
                INSERT INTO ghee.objects (id, key, filename, content_type, size_bytes, status, upload_id, expires_at)
                  VALUES (gen_random_uuid(), '%1$s', 'l', 'text/plain', 3, 'stored', NULL, NULL),
                         (gen_random_uuid(), '%2$s', 'p', 'text/plain', 9, 'pending', '%3$s', now() - interval '1 s')
                """.formatted(stored, objects.app.id + "/service/parts", upload));
        objects.app.query("DELETE FROM ghee.objects WHERE status = 'stored'");
        assertThat(followUp.round(objects.app.state())).isEqualTo(FollowUp.Found.SOMEBODY);
        assertThat(bytes.stat(Bucket.OBJECTS, stored)).isPresent();

        objects.app.query("UPDATE ghee.storage_worker SET until = clock_timestamp() - interval '1 s'");
        await().untilAsserted(() -> {
            followUp.round(objects.app.state());
            assertThat(objects.app.query("SELECT id FROM ghee.storage_outbox")).isEmpty();
        });
        assertThat(bytes.stat(Bucket.OBJECTS, stored)).isEmpty();
        assertThat(parts.begun(Bucket.OBJECTS, objects.app.id + "/")).isEmpty();
        assertThat(objects.app.query("SELECT id FROM ghee.objects")).isEmpty();
        assertThat(objects.app.query("SELECT bytes || ' ' || files FROM ghee.storage_usage"))
                .containsExactly("0 0");
        assertThat(events(2)).extracting(ObjectEvent::kind).contains(ObjectEvent.Kind.DELETED);
    }

    @Test
    void anUploadThatNeverCameGivesItsRoomBack() throws Exception {
        Response asked = objects.ask(key, ObjectApp.wanted("a.txt", "text/plain", 5));
        objects.app.query("UPDATE ghee.objects SET expires_at = now() - interval '1 s'");
        await().untilAsserted(() -> {
            followUp.round(objects.app.state());
            assertThat(objects.app.query("SELECT id FROM ghee.objects")).isEmpty();
        });
        assertThat(objects.app.query("SELECT bytes FROM ghee.storage_usage")).containsExactly("0");

        // The URL still works for a while; what it brings belongs to nothing.
        assertThat(ObjectApp.put(asked.path("uploadUrl"), "text/plain", "hello").statusCode())
                .isEqualTo(200);
        assertThat(objects.download(key, asked.path("objectId")).statusCode()).isEqualTo(404);
        assertThat(orphans.delete(objects.app.state(), Instant.now().plusSeconds(60)))
                .isEqualTo(1);
        assertThat(bytes.stat(Bucket.OBJECTS, asked.path("objectKey"))).isEmpty();
    }

    @Test
    void anUploadThatArrivedLateButInTimeIsKept() throws Exception {
        String id = objects.upload(key, "a.txt", "hello", false);
        objects.app.query("UPDATE ghee.objects SET expires_at = now() - interval '1 s' WHERE status = 'pending'");
        followUp.round(objects.app.state());
        assertThat(objects.download(key, id).statusCode()).isEqualTo(200);
    }

    @Test
    void onlyBytesThatNothingIsKnownOfAreOrphans() throws Exception {
        String id = objects.upload(key, "a.txt", "hello", false);
        Response pending = objects.ask(key, ObjectApp.wanted("b.txt", "text/plain", 5));
        bytes.put(Bucket.OBJECTS, objects.app.id + "/service/stray", new byte[] {1}, "text/plain");
        String stray = parts.begin(Bucket.OBJECTS, objects.app.id + "/service/begun", "text/plain");
        bytes.put(Bucket.OBJECTS, pending.path("objectKey"), new byte[] {1, 2, 3, 4, 5}, "text/plain");

        assertThat(orphans.delete(objects.app.state(), Instant.now().minusSeconds(3600)))
                .isZero();
        assertThat(orphans.delete(objects.app.state(), Instant.now().plusSeconds(60)))
                .isEqualTo(2);
        assertThat(parts.begun(Bucket.OBJECTS, objects.app.id + "/"))
                .extracting(PartBytes.Begun::uploadId)
                .doesNotContain(stray);
        assertThat(objects.download(key, id).statusCode()).isEqualTo(200);
        assertThat(objects.download(key, pending.path("objectId")).statusCode()).isEqualTo(200);
        orphans.deleteAll(objects.app.state());
        assertThat(bytes.list(Bucket.OBJECTS, objects.app.id + "/", null, 10)).isEmpty();
    }

    /** A store that does not hold senders to the length that was signed. */
    @Test
    void bytesOfAnotherLengthThanAnnouncedCountAsNone() throws Exception {
        Response asked = objects.ask(key, ObjectApp.wanted("a.txt", "text/plain", 5));
        bytes.put(Bucket.OBJECTS, asked.path("objectKey"), new byte[6], "text/plain");
        assertThat(objects.download(key, asked.path("objectId")).statusCode()).isEqualTo(404);
        await().untilAsserted(() ->
                assertThat(bytes.stat(Bucket.OBJECTS, asked.path("objectKey"))).isEmpty());
        assertThat(objects.app.query("SELECT bytes FROM ghee.storage_usage")).containsExactly("0");
    }
}
