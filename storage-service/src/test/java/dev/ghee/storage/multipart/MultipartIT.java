package dev.ghee.storage.multipart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ghee.contracts.AppState;
import dev.ghee.storage.TestApp;
import dev.ghee.tenancy.directory.AppDirectory;
import dev.ghee.tenancy.directory.KeyDirectory;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Parts that clients put into the object store themselves. */
@QuarkusTest
@WithTestResource(StackResource.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MultipartIT {
    private static final int PART = 16 << 20;
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @Inject
    AppDirectory apps;

    @Inject
    KeyDirectory keys;

    private TestApp app;
    private String ada;

    @BeforeAll
    void app() throws Exception {
        app = new TestApp(apps, keys);
        app.rules(new AppState.Storage(64, false, List.of("*/*"), null));
        ada = app.token("ada");
    }

    private Response post(String as, String path, Object body) {
        return app.as(as).contentType(ContentType.JSON).body(body).post(app.storage("/multipart" + path));
    }

    private String begun(long size) {
        Response begun = post(ada, "", Map.of("filename", "a.bin", "contentType", "a/b", "sizeBytes", size));
        assertThat(begun.statusCode()).isEqualTo(200);
        assertThat(begun.<Integer>path("partSizeBytes")).isEqualTo(PART);
        return begun.path("objectId");
    }

    private static int put(String url, byte[] bytes) throws Exception {
        return HTTP.send(
                        HttpRequest.newBuilder(URI.create(url))
                                .PUT(HttpRequest.BodyPublishers.ofByteArray(bytes))
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    @Test
    void partsInAnyOrderBecomeAnObjectOnceAllAreThere() throws Exception {
        byte[] file = new byte[PART + 1000];
        new Random(1).nextBytes(file);
        String id = begun(file.length);
        Response urls = post(ada, "/" + id + "/parts", Map.of("partNumbers", List.of(2, 1)));
        List<String> to = urls.path("parts.uploadUrl");
        assertThat(urls.<List<Integer>>path("parts.sizeBytes")).containsExactly(1000, PART);
        assertThat(put(to.getFirst(), new byte[1001])).isEqualTo(403);
        assertThat(put(to.getFirst(), Arrays.copyOfRange(file, PART, file.length)))
                .isEqualTo(200);

        Response early = post(ada, "/" + id + "/complete", Map.of());
        assertThat(early.statusCode()).isEqualTo(409);
        assertThat(early.<List<Integer>>path("error.details.missing")).containsExactly(1);
        assertThat(put(to.getLast(), Arrays.copyOf(file, PART))).isEqualTo(200);
        assertThat(app.as(ada).get(app.storage("/multipart/" + id)).<List<Integer>>path("stored.partNumber"))
                .containsExactly(1, 2);
        for (int i = 0; i < 2; i++) {
            Response done = post(ada, "/" + id + "/complete", Map.of());
            assertThat(done.statusCode()).isEqualTo(200);
            assertThat(done.<Integer>path("sizeBytes")).isEqualTo(file.length);
        }
        byte[] got = app.as(ada).get(app.storage("/objects/" + id + "/content")).asByteArray();
        assertThat(Arrays.equals(got, file)).isTrue();
    }

    @Test
    void onlyItsOwnerKnowsItAndMayGiveItUp() {
        String id = begun(5);
        String bob = app.token("bob");
        assertThat(post(bob, "/" + id + "/parts", Map.of("partNumbers", List.of(1)))
                        .statusCode())
                .isEqualTo(404);
        assertThat(post(bob, "/" + id + "/complete", Map.of()).statusCode()).isEqualTo(404);
        assertThat(app.as(bob).delete(app.storage("/multipart/" + id)).statusCode())
                .isEqualTo(404);
        for (Object numbers : List.of(List.of(), List.of(0), List.of(2), List.of("1"), "1")) {
            assertThat(post(ada, "/" + id + "/parts", Map.of("partNumbers", numbers))
                            .statusCode())
                    .isEqualTo(400);
        }
        assertThat(app.as(ada).delete(app.storage("/multipart/" + id)).statusCode())
                .isEqualTo(204);
        assertThat(app.as(ada).get(app.storage("/multipart/" + id)).statusCode())
                .isEqualTo(404);
    }
}
