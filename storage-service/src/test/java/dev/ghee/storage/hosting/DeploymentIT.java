package dev.ghee.storage.hosting;

import static dev.ghee.storage.hosting.SiteApp.zip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import dev.ghee.storage.TestApp;
import dev.ghee.storage.hosting.site.Framework;
import dev.ghee.storage.s3.Bucket;
import dev.ghee.storage.s3.ObjectBytes;
import dev.ghee.tenancy.directory.AppDirectory;
import dev.ghee.tenancy.directory.KeyDirectory;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import io.vertx.core.Future;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@WithTestResource(StackResource.class)
class DeploymentIT {
    /** The test has an app for itself. */
    private static final String OWN = "own-app";

    @Inject
    AppDirectory apps;

    @Inject
    KeyDirectory keys;

    @Inject
    ObjectBytes bytes;

    @Inject
    Deployments deployments;

    /** For tests that leave no trace which others could mind. */
    private static @Nullable SiteApp shared;

    private SiteApp site;

    @BeforeEach
    void anApp(TestInfo test) throws SQLException {
        boolean own = test.getTags().contains(OWN);
        if (!own && shared == null) {
            shared = new SiteApp(apps, keys);
        }
        site = own || shared == null ? new SiteApp(apps, keys) : shared;
    }

    @Test
    void aZipBecomesALiveSite() throws Exception {
        JsonPath created = site.create("react-vite");
        assertThat(created.getInt("expiresIn")).isEqualTo(900);
        assertThat(created.getLong("maxSizeBytes")).isEqualTo(104857600L);
        String id = created.getString("id");
        assertThat(site.get(id).getString("status")).isEqualTo("WAITING");

        SiteApp.upload(created.getString("uploadUrl"), zip("dist/index.html", "<h1>one</h1>", "dist/a.js", "1"));
        // As the SDK sends it: a type of content, and none.
        site.app
                .request()
                .contentType("application/json")
                .post(site.path("/" + id + "/start"))
                .then()
                .statusCode(200)
                .body("id", equalTo(id))
                .body("status", equalTo("UPLOADING"));
        site.awaitState(id, "READY");

        JsonPath live = site.get(id);
        assertThat(live.getString("url")).isEqualTo("http://" + site.app.state().subdomain() + ".localhost:4000");
        assertThat(live.getString("framework")).isEqualTo("react-vite");
        assertThat(live.getInt("fileCount")).isEqualTo(2);
        assertThat(live.getInt("totalSizeBytes")).isEqualTo(13);
        assertThat(live.getString("error")).isNull();
        assertThat(live.getMap("$")).containsKeys("cloudflareProjectName", "buildConfig", "startedAt", "completedAt");
        assertThat(site.text("/")).isEqualTo("<h1>one</h1>");
        await().untilAsserted(() -> assertThat(bytes.list(Bucket.SITES, SiteUploads.prefix(site.app.id), null, 100))
                .noneMatch(entry -> entry.key().contains(id)));
    }

    @Test
    @Tag(OWN)
    void theNewestIsLiveAndAnyEarlierOneCanBeAgain() throws Exception {
        String first = site.deployed("READY", "static", zip("index.html", "one"));
        String second = site.deployed("READY", "static", zip("index.html", "two"));
        assertThat(site.text("/")).isEqualTo("two");
        assertThat(site.get(first).getString("status")).isEqualTo("SUPERSEDED");

        site.app
                .request()
                .post(site.path("/" + first + "/rollback"))
                .then()
                .statusCode(200)
                .body("status", equalTo("READY"));

        assertThat(site.text("/")).isEqualTo("one");
        site.app
                .request()
                .get(site.path(""))
                .then()
                .body("deployments.id", contains(second, first))
                .body("deployments.status", contains("SUPERSEDED", "READY"));
    }

    @Test
    @Tag(OWN)
    void equalContentsAreStoredOnce() throws Exception {
        String shared = "shared ".repeat(300);
        site.deployed("READY", "static", zip("index.html", "one", "a.txt", shared, "b.txt", shared));
        site.deployed("READY", "static", zip("index.html", "two", "a.txt", shared));

        List<String> stored = bytes.list(Bucket.SITES, site.app.id + "/", null, 100).stream()
                .map(ObjectBytes.Entry::key)
                .filter(key -> !key.endsWith(".br") && !key.endsWith(".gz"))
                .toList();
        assertThat(stored).hasSize(3);
    }

    @Test
    void whatIsNoSiteEndsInErrorAndWhatIsLiveStays() throws Exception {
        site.deployed("READY", "static", zip("index.html", "live"));

        String id = site.deployed("ERROR", "static", zip("page.html", "x"));

        assertThat(site.get(id).getString("error")).contains("no index.html");
        assertThat(site.get(site.deployed("ERROR", "static", new byte[] {1, 2, 3}))
                        .getString("error"))
                .contains("no zip file");
        assertThat(site.text("/")).isEqualTo("live");
    }

    @Test
    void startNeedsAnUploadAndHappensOnce() throws Exception {
        String id = site.create("static").getString("id");
        site.app
                .request()
                .post(site.path("/" + id + "/start"))
                .then()
                .statusCode(409)
                .body("error.code", equalTo("STATE_PREREQUISITE_MISSING"));

        String ready = site.deployed("READY", "static", zip("index.html", "x"));
        site.app
                .request()
                .post(site.path("/" + ready + "/start"))
                .then()
                .statusCode(409)
                .body("error.code", equalTo("STATE_INVALID_TRANSITION"));
    }

    @Test
    void anUploadIsBoundToTheSizeThatWasAnnounced() throws Exception {
        byte[] zip = zip("index.html", "x");
        String url = site.app
                .sending(Map.of("sizeBytes", zip.length))
                .post(site.path(""))
                .then()
                .statusCode(200)
                .extract()
                .path("uploadUrl");

        assertThat(SiteApp.upload(url, zip("index.html", "something longer"))).isEqualTo(403);
        assertThat(SiteApp.upload(url, zip)).isEqualTo(200);
        site.app
                .sending(Map.of("sizeBytes", 200_000_000))
                .post(site.path(""))
                .then()
                .statusCode(413)
                .body("error.code", equalTo("QUOTA_FILE_SIZE_EXCEEDED"));
    }

    @Test
    void cancelingEndsWhatWaits() throws Exception {
        String id = site.uploaded("static", zip("index.html", "x"));
        for (int i = 0; i < 2; i++) {
            site.app
                    .request()
                    .post(site.path("/" + id + "/cancel"))
                    .then()
                    .statusCode(200)
                    .body("status", equalTo("CANCELED"));
        }
        site.app.request().post(site.path("/" + id + "/start")).then().statusCode(409);
        site.app.request().post(site.path("/" + id + "/rollback")).then().statusCode(409);
        assertThat(bytes.list(Bucket.SITES, SiteUploads.prefix(site.app.id), null, 100))
                .noneMatch(entry -> entry.key().contains(id));
    }

    @Test
    @Tag(OWN)
    void deletingTheLiveDeploymentTakesTheSiteDown() throws Exception {
        String id = site.deployed("READY", "static", zip("index.html", "x"));
        assertThat(site.page("/").statusCode()).isEqualTo(200);

        site.app.request().delete(site.path("/" + id)).then().statusCode(200).body("deleted", equalTo(true));

        assertThat(site.page("/").statusCode()).isEqualTo(404);
        site.app.request().get(site.path("/" + id)).then().statusCode(404);
        site.app.request().delete(site.path("/" + id)).then().statusCode(404);
    }

    @Test
    @Tag(OWN)
    void onlySoManyMayBeUnfinished() {
        for (int i = 0; i < 20; i++) {
            site.create("static");
        }
        site.app
                .sending(Map.of())
                .post(site.path(""))
                .then()
                .statusCode(429)
                .body("error.code", equalTo("QUOTA_DEPLOYMENT_LIMIT"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"framework\":\"php\"}",
                "{\"framework\":\"\\u0000\"}",
                "{\"framework\":[1]}",
                "{\"sizeBytes\":0}",
                "{\"sizeBytes\":-1}",
                "{\"sizeBytes\":1e400}",
                "{\"sizeBytes\":\"many\"}",
                "[]",
                "{"
            })
    void badBodiesAreRefused(String body) {
        site.app.sending(body).post(site.path("")).then().statusCode(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "%00", "00000000-0000-0000-0000-000000000000", "..%2f", "%ff"})
    void unknownIdsAreNotFound(String id) {
        var request = site.app.request().urlEncodingEnabled(false);
        assertThat(request.get(site.path("/" + id)).statusCode()).isBetween(400, 404);
    }

    @Test
    void anotherAppsDeploymentsAreNotThere() throws Exception {
        String id = site.deployed("READY", "static", zip("index.html", "mine"));
        var other = new SiteApp(apps, keys);

        for (String deed : List.of("/start", "/sync", "/cancel", "/rollback")) {
            other.app.request().post(other.path("/" + id + deed)).then().statusCode(404);
        }
        other.app.request().get(other.path("/" + id)).then().statusCode(404);
        other.app.request().delete(other.path("/" + id)).then().statusCode(404);
        other.app.request().get(other.path("")).then().body("deployments", hasSize(0));
        // Another's key on this app.
        other.app.request().get(site.path("")).then().statusCode(404);
        other.app.request().delete(site.path("/" + id)).then().statusCode(404);
        RestAssured.given().get(site.path("")).then().statusCode(401);
        assertThat(site.text("/")).isEqualTo("mine");
    }

    @Test
    void aBuildsFolderBecomesALiveSite(@TempDir Path folder) throws Exception {
        TestApp app = site.app;
        UUID id = get(deployments.create(app.state(), Framework.REACT_VITE));
        assertThat(get(deployments.building(app.state(), id, "{\"buildCommand\":\"npm run build\"}")))
                .isTrue();
        assertThat(get(deployments.keep(app.state(), id))).isTrue();
        assertThat(site.get(id.toString()).getString("status")).isEqualTo("BUILDING");
        Files.writeString(folder.resolve("index.html"), "built");

        get(deployments.publish(app.state(), id, folder));

        assertThat(site.text("/")).isEqualTo("built");
        assertThat(site.get(id.toString()).getString("buildConfig.buildCommand"))
                .isEqualTo("npm run build");
        assertThat(get(deployments.keep(app.state(), id))).isFalse();
    }

    @Test
    @Tag(OWN)
    void aBuildThatIsCanceledIsNotPublished(@TempDir Path folder) throws Exception {
        UUID id = get(deployments.create(site.app.state(), Framework.OTHER));
        get(deployments.building(site.app.state(), id, null));
        site.app.request().post(site.path("/" + id + "/cancel")).then().statusCode(200);
        Files.writeString(folder.resolve("index.html"), "built");

        assertThat(get(deployments.keep(site.app.state(), id))).isFalse();
        var published = deployments
                .publish(site.app.state(), id, folder)
                .toCompletionStage()
                .toCompletableFuture();
        assertThat(published).failsWithin(10, TimeUnit.SECONDS);
        assertThat(site.page("/").statusCode()).isEqualTo(404);
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Test
    void variablesAreUpsertedAndNeverShown() throws Exception {
        String env = site.app.path("/frontend/env");
        site.app
                .sending(Map.of("VITE_API_URL", "https://api.example.com", "NPM_TOKEN", "secret"))
                .put(env)
                .then()
                .statusCode(200)
                .body("keys", contains("NPM_TOKEN", "VITE_API_URL"));
        site.app
                .sending("{\"VITE_API_URL\":\"other\",\"NPM_TOKEN\":null}")
                .patch(env)
                .then()
                .statusCode(200);

        site.app
                .request()
                .get(env)
                .then()
                .statusCode(200)
                .body("envVars.key", contains("VITE_API_URL"))
                .body("envVars[0].createdAt", not(nullValue()))
                .body("envVars[0].value", nullValue());
        assertThat(values.values(site.app.state()).await().indefinitely()).isEqualTo(Map.of("VITE_API_URL", "other"));
        assertThat(site.app.query("SELECT sealed FROM ghee.frontend_env")).noneMatch(text -> text.contains("other"));
    }

    @Inject
    FrontendEnv values;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "null",
                "{\"a b\":\"x\"}",
                "{\"1a\":\"x\"}",
                "{\"A\":{}}",
                "{\"A\":[]}",
                "{\"A\":\"\\u0000\"}",
                "{\"\":\"x\"}",
                "{\"LD=\":\"x\"}"
            })
    void badVariablesAreRefused(String body) {
        site.app.sending(body).put(site.app.path("/frontend/env")).then().statusCode(400);
    }
}
