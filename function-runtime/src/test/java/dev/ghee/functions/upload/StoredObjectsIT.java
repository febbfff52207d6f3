package dev.ghee.functions.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ghee.contracts.Contracts;
import dev.ghee.contracts.ObjectEvent;
import dev.ghee.contracts.Topics;
import dev.ghee.functions.trigger.TriggerApp;
import dev.ghee.tenancy.directory.AppDirectory;
import dev.ghee.tenancy.directory.KeyDirectory;
import dev.ghee.tenancy.topic.SharedTopics;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Stored objects reach the functions whose triggers cover them. */
@QuarkusTest
@WithTestResource(StackResource.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StoredObjectsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Inject
    AppDirectory apps;

    @Inject
    KeyDirectory keys;

    @Inject
    SharedTopics topics;

    private TriggerApp app;
    private final AtomicLong sequence = new AtomicLong();
    private boolean deployed;

    /** Once; not before all, when requests have no port yet. */
    @BeforeEach
    void functions() throws Exception {
        if (deployed) {
            return;
        }
        deployed = true;
        app = new TriggerApp(apps, keys);
        app.deploy("thumbnails", "s3_upload", Map.of("prefix", "photos/", "bucket", "mine"));
        app.deploy("notes", "s3_upload", Map.of("prefix", "notes/"));
        app.service()
                .body(Map.of(
                        "name",
                        "unlucky",
                        "code",
                        """
                        export async function handler(req, ctx) {
                          const { object } = await req.json();
                          const { rows } = await ctx.db.query(
                            "INSERT INTO seen (body, attempt) VALUES ($1, $2) RETURNING (SELECT count(*) FROM seen WHERE body = $1) AS n",
                            ["tried " + object.id, req.headers.get("idempotency-key")]);
                          return new Response(null, { status: rows[0].n == 0 ? 503 : 204 });
                        }""",
                        "triggers",
                        List.of(Map.of("type", "s3_upload", "config", Map.of("prefix", "tried/")))))
                .post(app.path("functions"))
                .then()
                .statusCode(200);
    }

    @AfterAll
    void close() throws Exception {
        app.close();
    }

    private ObjectEvent told(ObjectEvent.Kind kind, String filename, Instant at) {
        String id = UUID.randomUUID().toString();
        var event = new ObjectEvent(
                app.state().appId(),
                sequence.incrementAndGet(),
                kind,
                id,
                app.state().appId() + "/ada/" + id + "_" + filename.replace('/', '_'),
                filename,
                "image/png",
                12,
                "ada",
                at);
        topics.write(Topics.OBJECTS, event.appId().value(), id, Contracts.write(event))
                .join();
        return event;
    }

    private List<String> seenOf(ObjectEvent event) throws Exception {
        return app.seen().stream()
                .filter(body -> body.contains(event.objectId()))
                .toList();
    }

    @Test
    void theFunctionWhosePrefixCoversItHearsOfTheObject() throws Exception {
        ObjectEvent event = told(ObjectEvent.Kind.CREATED, "photos/cat.png", Instant.now());
        await().atMost(PATIENCE).until(() -> !seenOf(event).isEmpty());
        assertThat(seenOf(event))
                .singleElement()
                .asString()
                .contains("\"event\":\"storage.object.created\"")
                .contains("\"filename\":\"photos/cat.png\"")
                .contains("\"size_bytes\":\"12\"")
                .contains("\"user_id\":\"ada\"");
    }

    @Test
    void aCallThatFailedIsTriedAgainWithTheSameIdempotencyKey() throws Exception {
        ObjectEvent event = told(ObjectEvent.Kind.CREATED, "tried/again", Instant.now());
        await().atMost(PATIENCE).until(() -> seenOf(event).size() == 2);
        assertThat(app.query("SELECT DISTINCT attempt FROM seen WHERE body = 'tried " + event.objectId() + "'"))
                .containsExactly(event.objectId() + "-created");
    }

    @Test
    void deletionsObjectsOfLongAgoAndOtherNamesCallNobody() throws Exception {
        ObjectEvent deleted = told(ObjectEvent.Kind.DELETED, "photos/deleted.png", Instant.now());
        ObjectEvent old =
                told(ObjectEvent.Kind.CREATED, "photos/old.png", Instant.now().minus(Duration.ofDays(2)));
        ObjectEvent other = told(ObjectEvent.Kind.CREATED, "music/song.mp3", Instant.now());
        ObjectEvent last = told(ObjectEvent.Kind.CREATED, "notes/last.txt", Instant.now());
        await().atMost(PATIENCE).until(() -> !seenOf(last).isEmpty());
        assertThat(seenOf(deleted)).isEmpty();
        assertThat(seenOf(old)).isEmpty();
        assertThat(seenOf(other)).isEmpty();
    }
}
