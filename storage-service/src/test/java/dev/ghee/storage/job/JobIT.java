package dev.ghee.storage.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ghee.storage.TestApp;
import dev.ghee.tenancy.directory.AppDirectory;
import dev.ghee.tenancy.directory.KeyDirectory;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Many objects at once, and copies of single ones. */
@QuarkusTest
@WithTestResource(StackResource.class)
class JobIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Inject
    AppDirectory apps;

    @Inject
    KeyDirectory keys;

    @Inject
    JobStore store;

    private TestApp app;

    @BeforeEach
    void app() throws Exception {
        app = new TestApp(apps, keys);
    }

    private void rows(String user, String prefix, int count) throws Exception {
        app.query("INSERT INTO ghee.objects (id, user_id, key, filename, content_type, size_bytes, status, stored_at)"
                + " SELECT gen_random_uuid(), '" + user + "', '" + app.id + "/" + user + "/' || gen_random_uuid(), '"
                + prefix + "' || n, 'a/b', 1, 'stored', now() FROM generate_series(1, " + count + ") AS n");
    }

    private List<String> left() throws Exception {
        return app.query("SELECT user_id || ' ' || filename FROM ghee.objects ORDER BY 1");
    }

    @Test
    void aPrefixIsDeletedBehindTheRequestAndWhatIsOthersStays() throws Exception {
        rows("ada", "photos/a_", 1203);
        rows("ada", "photosXa_", 1);
        rows("bob", "photos/a_", 2);
        Response begun = app.as(app.token("ada")).delete(app.storage("/objects?prefix=photos/a_"));
        assertThat(begun.statusCode()).isEqualTo(202);
        String job = begun.header("Location");
        await().atMost(PATIENCE)
                .until(() -> "done".equals(app.as(app.token("ada")).get(job).path("state")));
        assertThat(app.as(app.token("ada")).get(job).<Integer>path("deleted")).isEqualTo(1203);
        assertThat(left()).containsExactly("ada photosXa_1", "bob photos/a_1", "bob photos/a_2");
        assertThat(app.as(app.token("bob")).get(job).statusCode()).isEqualTo(404);
        assertThat(app.request().get(job).statusCode()).isEqualTo(200);
        for (String none : List.of("/objects", "/objects?prefix=", "/objects?prefix=%00")) {
            assertThat(app.request()
                            .urlEncodingEnabled(false)
                            .delete(app.storage(none))
                            .statusCode())
                    .isEqualTo(400);
        }
    }

    @Test
    void aJobThatADeadProcessLeftGoesOn() throws Exception {
        rows("ada", "x", 3);
        Job job = store.insert(app.state(), null, "x");
        app.query("UPDATE ghee.storage_jobs SET changed_at = now() - interval '1 hour'");
        assertThat(store.left(app.state(), Duration.ofSeconds(30)))
                .extracting(Object::toString)
                .containsExactly(job.id());
        assertThat(store.batch(app.state(), java.util.UUID.fromString(job.id())))
                .hasValueSatisfying(done -> assertThat(done.deleted()).isEqualTo(3));
        assertThat(store.anyRunning(app.state())).isFalse();
    }

    @Test
    void aCopyIsTheCallersOwnAndHasTheSameBytes() {
        Base64.Encoder base64 = Base64.getEncoder();
        Response stored = app.as(app.token("ada"))
                .header("Tus-Resumable", "1.0.0")
                .header("Upload-Length", 5)
                .header(
                        "Upload-Metadata",
                        "filename "
                                + base64.encodeToString("a.txt".getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                                + ",public dHJ1ZQ==")
                .contentType("application/offset+octet-stream")
                .body("hello".getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                .post(app.storage("/uploads"));
        String id = stored.header("Location").replaceAll(".*/", "");
        Response copied = app.as(app.token("bob"))
                .contentType(ContentType.JSON)
                .body(Map.of("filename", "b/c.txt", "public", false))
                .post(app.storage("/objects/" + id + "/copy"));
        assertThat(copied.statusCode()).isEqualTo(201);
        String copy = copied.path("objectId");
        assertThat(copied.<String>path("filename")).isEqualTo("b/c.txt");
        assertThat(app.as(app.token("bob"))
                        .get(app.storage("/objects/" + copy + "/content"))
                        .asString())
                .isEqualTo("hello");
        assertThat(app.as(app.token("ada"))
                        .get(app.storage("/objects/" + copy + "/content"))
                        .statusCode())
                .isEqualTo(404);
        assertThat(app.as(app.token("ada"))
                        .contentType(ContentType.JSON)
                        .body(Map.of())
                        .post(app.storage("/objects/" + copy + "/copy"))
                        .statusCode())
                .isEqualTo(404);
    }
}
