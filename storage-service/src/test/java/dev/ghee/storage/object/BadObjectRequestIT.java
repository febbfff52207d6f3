package dev.ghee.storage.object;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ghee.tenancy.directory.AppDirectory;
import dev.ghee.tenancy.directory.KeyDirectory;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Bad input is the sender's mistake, and says so. */
@QuarkusTest
@WithTestResource(StackResource.class)
class BadObjectRequestIT {
    private static final List<String> BAD_BODIES = List.of(
            "",
            "null",
            "[]",
            "{",
            "{\"filename\":\"a\"}",
            "{\"filename\":\"\",\"contentType\":\"a/b\",\"sizeBytes\":1}",
            "{\"filename\":7,\"contentType\":\"a/b\",\"sizeBytes\":1}",
            "{\"filename\":\"a\\u0000b\",\"contentType\":\"a/b\",\"sizeBytes\":1}",
            "{\"filename\":\"a\\nb\",\"contentType\":\"a/b\",\"sizeBytes\":1}",
            "{\"filename\":\"\\ud800\",\"contentType\":\"a/b\",\"sizeBytes\":1}",
            "{\"filename\":\"" + "x".repeat(256) + "\",\"contentType\":\"a/b\",\"sizeBytes\":1}",
            "{\"filename\":\"a\",\"contentType\":null,\"sizeBytes\":1}",
            "{\"filename\":\"a\",\"contentType\":\"a/b\\r\\nX-Evil: 1\",\"sizeBytes\":1}",
            "{\"filename\":\"a\",\"contentType\":\"a/b\\u0000\",\"sizeBytes\":1}",
            "{\"filename\":\"a\",\"contentType\":\"" + "x".repeat(300) + "/b\",\"sizeBytes\":1}",
            "{\"filename\":\"a\",\"contentType\":\"a/b\",\"sizeBytes\":0}",
            "{\"filename\":\"a\",\"contentType\":\"a/b\",\"sizeBytes\":-1}",
            "{\"filename\":\"a\",\"contentType\":\"a/b\",\"sizeBytes\":1.5}",
            "{\"filename\":\"a\",\"contentType\":\"a/b\",\"sizeBytes\":\"12\"}",
            "{\"filename\":\"a\",\"contentType\":\"a/b\",\"sizeBytes\":1e400}",
            "{\"filename\":\"a\",\"contentType\":\"a/b\",\"sizeBytes\":99999999999999999999}",
            "{\"filename\":\"a\",\"contentType\":\"a/b\",\"sizeBytes\":1,\"public\":\"yes\"}",
            "{\"a\":" + "[".repeat(1200) + "]".repeat(1200) + "}");
    private static final List<String> BAD_QUERIES = List.of(
            "limit=0",
            "limit=1001",
            "limit=x",
            "limit=99999999999",
            "cursor=%00",
            "cursor=abc",
            "cursor=" + "A".repeat(32),
            "cursor=_____________________________________w",
            "prefix=%00",
            "prefix=" + "x".repeat(256));

    @Inject
    AppDirectory apps;

    @Inject
    KeyDirectory keys;

    @Test
    void isRefused() throws Exception {
        var objects = new ObjectApp(apps, keys);
        for (String body : BAD_BODIES) {
            Response answer = objects.app
                    .request()
                    .contentType("application/json")
                    .body(body)
                    .post(objects.app.storage("/upload"));
            assertThat(answer.statusCode()).as(body).isEqualTo(400);
            assertThat(answer.<String>path("error.remediation")).isNotBlank();
        }
        String tooLong = "{\"filename\":\"" + "x".repeat(70_000) + "\"}";
        assertThat(objects.app
                        .request()
                        .contentType("application/json")
                        .body(tooLong)
                        .post(objects.app.storage("/upload"))
                        .statusCode())
                .isEqualTo(413);
        for (String query : BAD_QUERIES) {
            Response answer =
                    objects.app.request().urlEncodingEnabled(false).get(objects.app.storage("/objects?" + query));
            assertThat(answer.statusCode()).as(query).isEqualTo(400);
        }
        assertThat(objects.app
                        .request()
                        .urlEncodingEnabled(false)
                        .get(objects.app.storage("/objects?prefix=%ff"))
                        .statusCode())
                .isBetween(200, 499);
        for (String id : List.of("x", "%00", "..%2F..%2Fobjects", "1-1-1-1-1", "../" + objects.app.id + "/objects")) {
            assertThat(objects.app
                            .request()
                            .urlEncodingEnabled(false)
                            .delete(objects.app.storage("/" + id))
                            .statusCode())
                    .as(id)
                    .isBetween(400, 499);
        }
        String id = objects.upload(objects.app.serviceKey, "../../etc/passwd", "x", false);
        assertThat(objects.app.query("SELECT key FROM ghee.objects"))
                .containsExactly(objects.app.id + "/service/" + id + "_.._.._etc_passwd");
        for (Map<String, ?> change : List.of(Map.of("filename", ""), Map.of("filename", 1), Map.of("public", "no"))) {
            assertThat(objects.app
                            .sending(change)
                            .patch(objects.app.storage("/objects/" + id))
                            .statusCode())
                    .isEqualTo(400);
        }
    }

    @Test
    void aUsersIdStaysInItsFolder() throws Exception {
        var objects = new ObjectApp(apps, keys);
        for (String user : List.of("..", ".", "../../x", "a b")) {
            String key = objects.ask(objects.app.token(user), ObjectApp.wanted("f", "text/plain", 1))
                    .path("objectKey");
            assertThat(key).matches(objects.app.id + "/[A-Za-z0-9._-]+/[0-9a-f-]{36}_f");
            assertThat(key.split("/")[1]).isNotEqualTo("..").isNotEqualTo(".");
        }
    }

    @Test
    void whatIsNotSignedForIsRefusedByTheStore() throws Exception {
        var objects = new ObjectApp(apps, keys);
        Response asked = objects.ask(objects.app.serviceKey, ObjectApp.wanted("a.txt", "text/plain", 5));
        String url = asked.path("uploadUrl");
        assertThat(ObjectApp.put(url, "text/html", "hello").statusCode()).isEqualTo(403);
        assertThat(ObjectApp.put(url, "text/plain", "hello!").statusCode()).isEqualTo(403);
        assertThat(ObjectApp.put(url.replace(objects.app.id.value(), "app_000000000000"), "text/plain", "hello")
                        .statusCode())
                .isEqualTo(403);
        assertThat(ObjectApp.put(url.replace("_a.txt", "_a.txt/../b"), "text/plain", "hello")
                        .statusCode())
                .isBetween(400, 499);
        // As if our clock or the store's were wrong by so much.
        assertThat(ObjectApp.put(url.replaceFirst("X-Amz-Date=2", "X-Amz-Date=1"), "text/plain", "hello")
                        .statusCode())
                .isBetween(400, 499);
        assertThat(ObjectApp.put(url.replaceFirst("X-Amz-Expires=300", "X-Amz-Expires=3000"), "text/plain", "hello")
                        .statusCode())
                .isBetween(400, 499);
        assertThat(RestAssured.get(url).statusCode()).isBetween(400, 499);
        assertThat(objects.download(objects.app.serviceKey, asked.path("objectId"))
                        .statusCode())
                .isEqualTo(404);
    }
}
