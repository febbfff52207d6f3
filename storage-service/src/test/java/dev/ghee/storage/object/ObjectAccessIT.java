package dev.ghee.storage.object;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ghee.contracts.AppState;
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
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who sees and changes which objects; what somebody may not see is not there. */
@QuarkusTest
@WithTestResource(StackResource.class)
class ObjectAccessIT {
    @Inject
    AppDirectory apps;

    @Inject
    KeyDirectory keys;

    ObjectApp objects;
    String key;
    String ada;
    String bob;

    @BeforeEach
    void app() throws Exception {
        objects = new ObjectApp(apps, keys);
        key = objects.app.serviceKey;
        ada = objects.app.token("ada");
        bob = objects.app.token("bob");
    }

    private static String code(Response answer) {
        return answer.statusCode() + " " + answer.path("error.code");
    }

    private Response delete(String credential, String id) {
        return objects.app.as(credential).delete(objects.app.storage("/" + id));
    }

    @Test
    void usersSeeTheirOwnAndPublicOnesAndChangeTheirOwn() throws Exception {
        String own = objects.upload(ada, "own.txt", "a", false);
        String shown = objects.upload(ada, "shown.txt", "b", true);
        String apps = objects.upload(key, "apps.txt", "c", false);

        assertThat(objects.names(ada, "")).containsExactly("shown.txt", "own.txt");
        assertThat(objects.names(bob, "")).isEmpty();
        assertThat(objects.names(key, "")).containsExactly("apps.txt", "shown.txt", "own.txt");
        assertThat(objects.download(ada, own).statusCode()).isEqualTo(200);
        assertThat(code(objects.download(bob, own))).isEqualTo("404 RESOURCE_NOT_FOUND");
        assertThat(objects.download(bob, shown).statusCode()).isEqualTo(200);
        assertThat(code(objects.download(ada, apps))).isEqualTo("404 RESOURCE_NOT_FOUND");
        assertThat(objects.download(key, own).statusCode()).isEqualTo(200);
        assertThat(code(delete(bob, own))).isEqualTo("404 RESOURCE_NOT_FOUND");
        assertThat(code(delete(bob, shown))).isEqualTo("404 RESOURCE_NOT_FOUND");
        assertThat(code(delete(ada, apps))).isEqualTo("404 RESOURCE_NOT_FOUND");
        assertThat(objects.names(bob, "?prefix=own")).isEmpty();

        objects.app.rules(new AppState.Storage(10, true, List.of("*/*"), null));
        assertThat(objects.download(bob, own).statusCode()).isEqualTo(200);
        assertThat(objects.download(bob, apps).statusCode()).isEqualTo(200);
        assertThat(code(delete(bob, own))).isEqualTo("404 RESOURCE_NOT_FOUND");
        assertThat(objects.names(bob, "")).isEmpty();
        assertThat(delete(key, own).statusCode()).isEqualTo(204);
    }

    @Test
    void nobodyDownloadsWhatIsPublicAndNothingElse() throws Exception {
        String shown = objects.upload(ada, "shown.txt", "b", true);
        String own = objects.upload(ada, "own.txt", "a", false);
        objects.app.rules(new AppState.Storage(10, true, List.of("*/*"), null));
        var nobody = RestAssured.given();
        assertThat(nobody.get(objects.app.storage("/download/" + shown)).statusCode())
                .isEqualTo(200);
        assertThat(code(nobody.get(objects.app.storage("/download/" + own)))).isEqualTo("404 RESOURCE_NOT_FOUND");
        assertThat(code(nobody.get(objects.app.storage("/objects")))).isEqualTo("404 APP_NOT_FOUND");
        assertThat(code(nobody.delete(objects.app.storage("/" + shown)))).isEqualTo("404 APP_NOT_FOUND");
        assertThat(code(nobody.contentType("application/json")
                        .body(ObjectApp.wanted("a", "text/plain", 1))
                        .post(objects.app.storage("/upload"))))
                .isEqualTo("404 APP_NOT_FOUND");

        objects.app.accessMode(AppState.AccessMode.AUTHENTICATED);
        assertThat(code(RestAssured.given().get(objects.app.storage("/download/" + shown))))
                .isEqualTo("404 APP_NOT_FOUND");
        assertThat(objects.download(bob, shown).statusCode()).isEqualTo(200);
    }

    @Test
    void anotherAppsIdsTokensAndKeysFindNothing() throws Exception {
        String own = objects.upload(ada, "own.txt", "a", true);
        var other = new ObjectApp(apps, keys);
        assertThat(code(other.download(other.app.serviceKey, own))).isEqualTo("404 RESOURCE_NOT_FOUND");
        assertThat(code(other.download(other.app.serviceKey, UUID.randomUUID().toString())))
                .isEqualTo("404 RESOURCE_NOT_FOUND");
        for (String foreign : List.of(
                other.app.serviceKey,
                other.app.token("ada"),
                objects.app.key("app:" + other.app.id),
                objects.app.key("ai:gateway"))) {
            assertThat(code(objects.download(foreign, own))).isEqualTo("404 APP_NOT_FOUND");
            assertThat(code(delete(foreign, own))).isEqualTo("404 APP_NOT_FOUND");
            assertThat(code(objects.app.as(foreign).get(objects.app.storage("/objects"))))
                    .isEqualTo("404 APP_NOT_FOUND");
            assertThat(code(objects.ask(foreign, ObjectApp.wanted("a", "text/plain", 1))))
                    .isEqualTo("404 APP_NOT_FOUND");
        }
        assertThat(objects.download(objects.app.key("app:" + objects.app.id), own)
                        .statusCode())
                .isEqualTo(200);
        assertThat(code(objects.download("eyJhbGciOiJub25lIn0.e30.", own))).startsWith("401 ");
        assertThat(code(RestAssured.get("/storage/nonsense/objects"))).isEqualTo("404 APP_NOT_FOUND");
    }

    @Test
    void aPageOfAnotherAppNamesAPlaceInOnesOwnList() throws Exception {
        for (String name : List.of("1", "2")) {
            objects.upload(key, name, name, false);
        }
        String cursor = objects.app
                .request()
                .get(objects.app.storage("/objects?limit=1"))
                .path("next_cursor");
        var other = new ObjectApp(apps, keys);
        other.upload(other.app.serviceKey, "mine", "m", false);
        assertThat(other.names(other.app.serviceKey, "?cursor=" + cursor)).isEmpty();
        assertThat(objects.names(ada, "?cursor=" + cursor)).isEmpty();
    }

    @Test
    void aPausedAppServesNothing() throws Exception {
        String shown = objects.upload(ada, "shown.txt", "b", true);
        objects.app.pause();
        assertThat(code(objects.download(ada, shown))).isEqualTo("503 APP_PAUSED");
        assertThat(code(objects.ask(key, ObjectApp.wanted("a", "text/plain", 1))))
                .isEqualTo("503 APP_PAUSED");
        assertThat(code(delete(key, shown))).isEqualTo("503 APP_PAUSED");
    }

    @Test
    void whatAnAppDoesNotTakeIsRefusedBeforeTheUpload() {
        objects.app.rules(new AppState.Storage(1, false, List.of("image/*", "text/plain"), null));
        for (Map.Entry<String, String> expected : Map.of(
                        "image/png", "200 null",
                        "IMAGE/PNG; q=1", "200 null",
                        "text/plain;charset=utf-8", "200 null",
                        "text/html", "400 VALIDATION_INVALID_TYPE",
                        "imagex/png", "400 VALIDATION_INVALID_TYPE",
                        "", "400 VALIDATION_INVALID_TYPE",
                        "png", "400 VALIDATION_INVALID_TYPE",
                        "image/*, text/html", "400 VALIDATION_INVALID_TYPE")
                .entrySet()) {
            assertThat(code(objects.ask(ada, ObjectApp.wanted("a", expected.getKey(), 10))))
                    .as(expected.getKey())
                    .isEqualTo(expected.getValue());
        }
        assertThat(objects.ask(ada, ObjectApp.wanted("a", "image/png", 1 << 20)).statusCode())
                .isEqualTo(200);
        assertThat(code(objects.ask(ada, ObjectApp.wanted("a", "image/png", (1 << 20) + 1))))
                .isEqualTo("400 QUOTA_FILE_SIZE_EXCEEDED");
    }
}
