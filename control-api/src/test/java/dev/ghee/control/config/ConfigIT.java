package dev.ghee.control.config;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.ghee.control.testing.Api;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@QuarkusTest
@WithTestResource(StackResource.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConfigIT {
    private final Api owner = Api.owner();
    private String app = "";

    /** The server is not yet known before all. */
    @BeforeEach
    void makeApp() {
        if (app.isEmpty()) {
            app = owner.readyApp();
        }
    }

    private ValidatableResponse patch(String setting, Object body) {
        return owner.json(body)
                .patch("/v1/{app}/config/{setting}", app, setting)
                .then();
    }

    @Test
    void aNewAppHasTheDefaultsOfTheContract() {
        owner.request()
                .get("/v1/{app}/config", owner.readyApp())
                .then()
                .statusCode(200)
                .body("access_mode", equalTo("public"))
                .body("visibility", equalTo("private"))
                .body("listed", equalTo(false))
                .body("allowed_origins", equalTo(List.of("http://localhost:3000")))
                .body("storage_config.maxFileSizeMb", equalTo(10))
                .body("storage_config.publicReadEnabled", equalTo(false))
                .body("storage_config.allowedContentTypes", equalTo(List.of("*/*")))
                .body("jwt_config.accessTokenTtl", equalTo("15m"))
                .body("jwt_config.refreshTokenTtlDays", equalTo(7))
                .body("auth_hook_function", nullValue())
                .body("$", hasKey("template_source_app_id"))
                .body("db_provisioned", equalTo(true))
                .body("created_at", notNullValue());
    }

    @Test
    void originsAreKeptAsBrowsersSendThem() {
        patch("cors", Map.of("allowed_origins", List.of("https://Example.com/", "http://localhost:5173")))
                .statusCode(200)
                .body("app_id", equalTo(app))
                .body("message", notNullValue())
                .body("allowed_origins", equalTo(List.of("https://example.com", "http://localhost:5173")));
        patch("cors", Map.of("allowedOrigins", List.of("https://a.test:443")))
                .body("allowed_origins[0]", equalTo("https://a.test"));
    }

    @Test
    void tokenLifetimesChangeOneByOne() {
        patch("jwt", Map.of("accessTokenTtl", "1h"))
                .statusCode(200)
                .body("jwt_config.accessTokenTtl", equalTo("1h"))
                .body("jwt_config.refreshTokenTtlDays", equalTo(7));
        patch("jwt", Map.of("refreshTokenTtlDays", 30))
                .body("jwt_config.accessTokenTtl", equalTo("1h"))
                .body("jwt_config.refreshTokenTtlDays", equalTo(30));
    }

    @Test
    void storageSettingsChangeOneByOne() {
        patch("storage", Map.of("maxFileSizeMb", 25))
                .statusCode(200)
                .body("storage_config.maxFileSizeMb", equalTo(25))
                .body("storage_config.publicReadEnabled", equalTo(false));
        patch("storage", Map.of("publicReadEnabled", true, "storageLimitBytes", 1_000_000_000_000L))
                .body("storage_config.storageLimitBytes", equalTo(1_000_000_000_000L))
                .body("storage_config.maxFileSizeMb", equalTo(25));
    }

    @Test
    void accessModeVisibilityAndStrictRlsChange() {
        patch("access-mode", Map.of("access_mode", "authenticated"))
                .statusCode(200)
                .body("access_mode", equalTo("authenticated"));
        patch("visibility", Map.of("visibility", "public", "listed", true))
                .statusCode(200)
                .body("listed", equalTo(true));
        patch("visibility", Map.of("visibility", "private"))
                .body("visibility", equalTo("private"))
                .body("listed", equalTo(false));
        patch("strict-rls", Map.of("strict_rls", true)).statusCode(200).body("strict_rls", equalTo(true));
        owner.request()
                .get("/v1/{app}/config", app)
                .then()
                .body("access_mode", equalTo("authenticated"))
                .body("strict_rls", equalTo(true));
    }

    @Test
    void aPausedAppCanStillBeConfiguredAndResumed() {
        patch("pause", Map.of("paused", true, "reason", "maintenance"))
                .statusCode(200)
                .body("paused", equalTo(true))
                .body("paused_at", notNullValue())
                .body("paused_reason", equalTo("maintenance"));
        owner.request().get("/v1/{app}/config", app).then().statusCode(200).body("paused", equalTo(true));
        patch("pause", Map.of("paused", false))
                .body("paused", equalTo(false))
                .body("paused_at", nullValue())
                .body("paused_reason", nullValue());
    }

    @Test
    void aHookIsSetAndTakenAway() {
        patch("auth-hooks", Map.of("post_auth_function", "hook"))
                .statusCode(200)
                .body("auth_hook_function", equalTo("hook"));
        owner.request().get("/v1/{app}/config", app).then().body("auth_hook_function", equalTo("hook"));
        patch("auth-hooks", "{\"post_auth_function\":null}").statusCode(200).body("auth_hook_function", nullValue());
        patch("auth-hooks", Map.of("post_auth_function", "../x"))
                .statusCode(400)
                .body("error.code", equalTo("VALIDATION_INVALID_SCHEMA"));
        patch("auth-hooks", Map.of()).statusCode(400).body("error.code", equalTo("VALIDATION_INVALID_SCHEMA"));
    }

    static Stream<Arguments> badBodies() {
        return Stream.of(
                Arguments.of("cors", Map.of("allowed_origins", List.of())),
                Arguments.of("cors", Map.of("allowed_origins", "http://a.test")),
                Arguments.of("cors", Map.of("allowed_origins", List.of("*"))),
                Arguments.of("cors", Map.of("allowed_origins", List.of("javascript:alert(1)"))),
                Arguments.of("cors", Map.of("allowed_origins", List.of("https://a.test/path"))),
                Arguments.of("cors", Map.of("allowed_origins", List.of("https://u:p@a.test"))),
                Arguments.of("cors", Map.of("allowed_origins", List.of("http://a.test\r\nX: y"))),
                Arguments.of("cors", "{\"allowed_origins\":[null]}"),
                Arguments.of("cors", Map.of()),
                Arguments.of("jwt", Map.of()),
                Arguments.of("jwt", Map.of("accessTokenTtl", "15")),
                Arguments.of("jwt", Map.of("accessTokenTtl", "0s")),
                Arguments.of("jwt", Map.of("accessTokenTtl", "99999999d")),
                Arguments.of("jwt", Map.of("accessTokenTtl", "1h'; --")),
                Arguments.of("jwt", Map.of("refreshTokenTtlDays", 0)),
                Arguments.of("jwt", Map.of("refreshTokenTtlDays", -1)),
                Arguments.of("jwt", Map.of("refreshTokenTtlDays", 1e12)),
                Arguments.of("jwt", Map.of("refreshTokenTtlDays", List.of(1))),
                Arguments.of("storage", Map.of()),
                Arguments.of("storage", Map.of("maxFileSizeMb", 0)),
                Arguments.of("storage", Map.of("maxFileSizeMb", 1_000_000)),
                Arguments.of("storage", Map.of("storageLimitBytes", -5)),
                Arguments.of("storage", Map.of("publicReadEnabled", "maybe")),
                Arguments.of("access-mode", Map.of("access_mode", "secret")),
                Arguments.of("access-mode", Map.of()),
                Arguments.of("visibility", Map.of("visibility", "hidden")),
                Arguments.of("visibility", Map.of("listed", true)),
                Arguments.of("strict-rls", Map.of("strict_rls", "yes please")),
                Arguments.of("strict-rls", Map.of()),
                Arguments.of("pause", Map.of()),
                Arguments.of("pause", Map.of("paused", true, "reason", "x".repeat(501))),
                Arguments.of("pause", Map.of("paused", Map.of())),
                Arguments.of("pause", "[1]"),
                Arguments.of("pause", "null"));
    }

    @ParameterizedTest
    @MethodSource("badBodies")
    void aBodyThatDoesNotFitIsInvalid(String setting, Object body) {
        patch(setting, body).statusCode(400).body("error.code", equalTo("VALIDATION_INVALID_SCHEMA"));
    }

    static List<String> settings() {
        return List.of("cors", "jwt", "storage", "auth-hooks", "access-mode", "visibility", "strict-rls", "pause");
    }

    @ParameterizedTest
    @MethodSource("settings")
    void appsOfOthersAreNotFound(String setting) {
        Map<String, Object> body = Map.of(
                "allowed_origins",
                List.of("https://evil.test"),
                "accessTokenTtl",
                "1h",
                "maxFileSizeMb",
                1,
                "access_mode",
                "public",
                "visibility",
                "public",
                "strict_rls",
                false,
                "paused",
                true,
                "post_auth_function",
                "x");
        Api.stranger()
                .json(body)
                .patch("/v1/{app}/config/{setting}", app, setting)
                .then()
                .statusCode(404)
                .body("error.code", equalTo("RESOURCE_NOT_FOUND"));
        owner.json(body)
                .patch("/v1/app_000000000000/config/{setting}", setting)
                .then()
                .statusCode(404);
        given().contentType("application/json")
                .body(body)
                .patch("/v1/{app}/config/{setting}", app, setting)
                .then()
                .statusCode(401)
                .body("error.code", equalTo("AUTH_REQUIRED"));
        given().contentType("application/json")
                .auth()
                .oauth2("garbage")
                .body(body)
                .patch("/v1/{app}/config/{setting}", app, setting)
                .then()
                .statusCode(401);
    }

    @Test
    void everyChangeIsInTheAuditLog() {
        String fresh = owner.readyApp();
        owner.json(Map.of("paused", true))
                .header("User-Agent", "it")
                .patch("/v1/{app}/config/pause", fresh)
                .then()
                .statusCode(200);
        owner.json(Map.of("paused", false))
                .patch("/v1/{app}/config/pause", fresh)
                .then()
                .statusCode(200);
        owner.json(Map.of("allowed_origins", List.of("https://a.test")))
                .patch("/v1/{app}/config/cors", fresh)
                .then()
                .statusCode(200);
        owner.request()
                .get("/v1/{app}/audit-logs", fresh)
                .then()
                .statusCode(200)
                .body("total", equalTo(4))
                .body("logs.event_type", hasItems("app.created", "app.paused", "app.resumed", "config.cors_updated"))
                .body("logs[0].event_type", equalTo("config.cors_updated"))
                .body("logs[0].actor_type", equalTo("api_key"))
                .body("logs[0].event_data.allowed_origins[0]", equalTo("https://a.test"))
                .body("logs[0].category", equalTo("admin"))
                .body("logs[0].success", equalTo(true));
    }
}
