package dev.ghee.control.platform;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.control.testing.Api;
import dev.ghee.tenancy.directory.AppDirectory;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(StackResource.class)
class EdgesIT {
    private static final String ALLOW_ORIGIN = "Access-Control-Allow-Origin";

    private final Api owner = Api.owner();

    @Inject
    AppDirectory apps;

    @Test
    void healthAndDiscoveryArePublic() {
        given().get("/health")
                .then()
                .statusCode(200)
                .body("status", equalTo("ok"))
                .body("service", equalTo("control-api"));
        given().get("/health/ready")
                .then()
                .statusCode(200)
                .body("status", equalTo("ready"))
                .body("checks.controlDb", equalTo("ok"));
        given().get("/v1/regions").then().statusCode(200).body("regions", hasItem("us-east-1"));
        given().get("/llms.txt")
                .then()
                .statusCode(200)
                .contentType("text/plain")
                .body(containsString("POST /init"));
    }

    @Test
    void aRouteThatDoesNotExistAnswersInTheNativeShape() {
        given().get("/nowhere/at/all")
                .then()
                .statusCode(404)
                .body("message", equalTo("Route GET:/nowhere/at/all not found"))
                .body("error", equalTo("Not Found"))
                .body("statusCode", equalTo(404));
        owner.request().post("/apps").then().statusCode(404).body("statusCode", equalTo(404));
    }

    @Test
    void internalRoutesDoNotExistWithoutTheSecret() {
        String app = owner.readyApp();
        String secret = Api.config("ghee.internal-secret");
        given().get("/v1/internal/apps/{id}", app).then().statusCode(404).body("statusCode", equalTo(404));
        given().header("x-butterbase-internal-secret", secret + "x")
                .get("/v1/internal/apps/{id}", app)
                .then()
                .statusCode(404)
                .body("statusCode", equalTo(404));
        given().header("x-butterbase-internal-secret", secret)
                .get("/v1/internal/apps/{id}", app)
                .then()
                .statusCode(200)
                .body("appId", equalTo(app))
                .body("status", equalTo("ready"));
        given().header("x-butterbase-internal-secret", secret)
                .get("/v1/internal/apps/{id}", "app_000000000000")
                .then()
                .statusCode(404);
        given().header("x-butterbase-internal-secret", secret)
                .get("/v1/internal/api-keys/{hash}", "x'--")
                .then()
                .statusCode(404);
    }

    @Test
    void originsOfTheAppMayCallIt() {
        String app = owner.readyApp();
        owner.json(Map.of("allowed_origins", List.of("https://mine.test")))
                .patch("/v1/{app}/config/cors", app)
                .then()
                .statusCode(200);
        owner.request()
                .header("Origin", "https://mine.test")
                .get("/v1/{app}/config", app)
                .then()
                .statusCode(200)
                .header(ALLOW_ORIGIN, "https://mine.test")
                .header("Access-Control-Allow-Credentials", "true")
                .header("Vary", containsString("Origin"));
        given().header("Origin", "https://mine.test")
                .header("Access-Control-Request-Method", "PATCH")
                .options("/v1/{app}/config/cors", app)
                .then()
                .statusCode(204)
                .header(ALLOW_ORIGIN, "https://mine.test")
                .header("Access-Control-Allow-Methods", containsString("PATCH"))
                .header("Access-Control-Allow-Headers", containsString("X-Butterbase-As-User"));
        given().header("Origin", "https://mine.test")
                .get("/v1/{app}/config", app)
                .then()
                .statusCode(401)
                .header(ALLOW_ORIGIN, "https://mine.test");
    }

    @Test
    void originsOfOneAppMeanNothingToAnother() {
        String mine = owner.readyApp();
        String other = owner.readyApp();
        owner.json(Map.of("allowed_origins", List.of("https://mine.test")))
                .patch("/v1/{app}/config/cors", mine)
                .then()
                .statusCode(200);
        for (String path : List.of("/v1/" + other + "/config", "/apps", "/v1/app_000000000000/config")) {
            owner.request()
                    .header("Origin", "https://mine.test")
                    .get(path)
                    .then()
                    .header(ALLOW_ORIGIN, nullValue());
        }
        given().header("Origin", "https://mine.test")
                .header("Access-Control-Request-Method", "GET")
                .options("/v1/{app}/config", other)
                .then()
                .statusCode(204)
                .header(ALLOW_ORIGIN, nullValue());
    }

    @Test
    void dashboardsAndTheAppsOwnSiteMayCall() {
        String name = Api.uniqueName();
        String app = owner.readyApp(name);
        String site = "http://" + name + ".localhost:4000";
        owner.request()
                .header("Origin", "http://localhost:3000")
                .get("/apps")
                .then()
                .header(ALLOW_ORIGIN, "http://localhost:3000");
        owner.request()
                .header("Origin", site)
                .get("/v1/{app}/config", app)
                .then()
                .header(ALLOW_ORIGIN, site);
        owner.request()
                .header("Origin", "http://evil-" + name + ".localhost")
                .get("/v1/{app}/config", app)
                .then()
                .header(ALLOW_ORIGIN, nullValue());
    }

    @Test
    void moreCallsThanTheLimitAreRefusedPerRoute() {
        String app = owner.readyApp();
        AppState known = apps.known(new AppId(app)).orElseThrow();
        apps.accept(new AppState(
                known.appId(),
                known.revision() + 1000,
                known.name(),
                known.subdomain(),
                known.ownerId(),
                known.organizationId(),
                known.memberIds(),
                known.region(),
                known.status(),
                known.accessMode(),
                known.pause(),
                known.allowedOrigins(),
                known.anonKey(),
                known.jwks(),
                known.strictRls(),
                new AppState.Limits(3, null)));
        // Seven calls within two minutes put more than three into one of them.
        List<Integer> statuses = IntStream.range(0, 7)
                .mapToObj(_ -> owner.request().get("/v1/{app}/audit-logs", app).statusCode())
                .toList();
        assertThat(statuses).startsWith(200, 200, 200).contains(429);
        var refused = await().atMost(Duration.ofSeconds(70))
                .until(() -> owner.request().get("/v1/{app}/audit-logs", app), it -> it.statusCode() == 429);
        refused.then()
                .body("error.code", equalTo("REQUEST_ERROR"))
                .header("x-ratelimit-limit", "3")
                .header("x-ratelimit-remaining", "0")
                .header("retry-after", notNullValue());
        owner.request().get("/v1/{app}/config", app).then().statusCode(200);
    }

    @Test
    void callsAreCountedPerAppAndRoute() {
        String app = owner.readyApp();
        owner.request()
                .get("/v1/{app}/audit-logs", app)
                .then()
                .header("x-ratelimit-limit", "3000")
                .header("x-ratelimit-remaining", notNullValue())
                .header("x-ratelimit-reset", notNullValue());
        owner.request().get("/v1/regions").then().header("x-ratelimit-limit", nullValue());
    }
}
