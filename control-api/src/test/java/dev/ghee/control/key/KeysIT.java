package dev.ghee.control.key;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.ghee.control.testing.Api;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@QuarkusTest
@WithTestResource(StackResource.class)
class KeysIT {
    private final Api person = Api.stranger();

    @Inject
    KeyUses uses;

    @Inject
    OwnerBootstrap bootstrap;

    @Test
    void aNewKeyWorksAtOnceAndIsShownOnce() {
        var created = person.json(Map.of("name", "ci"))
                .post("/api-keys")
                .then()
                .statusCode(201)
                .body("key", matchesPattern("bb_sk_[0-9a-f]{40}"))
                .body("keyId", notNullValue())
                .body("name", equalTo("ci"))
                .body("scopes", equalTo(List.of("*")))
                .extract();
        String key = created.path("key");
        new Api(key)
                .request()
                .get("/api-keys")
                .then()
                .statusCode(200)
                .body("keys[0].id", equalTo(created.<String>path("keyId")))
                .body("keys[0].key_prefix", equalTo(key.substring(0, 12)))
                .body("keys[0].scopes", equalTo(List.of("*")))
                .body("keys[0].scope", equalTo("app"))
                .body("toString()", not(org.hamcrest.Matchers.containsString(key)));
    }

    @Test
    void aNameThatPostgresCannotHoldIsRefused() {
        person.json(Map.of("name", "null\0character"))
                .post("/api-keys")
                .then()
                .statusCode(400)
                .body("error.code", equalTo("VALIDATION_INVALID_SCHEMA"))
                .body("error.message", org.hamcrest.Matchers.containsString("name"));
    }

    @Test
    void aRevokedKeyStopsAtOnce() {
        var created =
                person.json(Map.of("name", "gone")).post("/api-keys").then().extract();
        Api key = new Api(created.path("key"));
        String id = created.path("keyId");
        key.request().get("/apps").then().statusCode(200);
        person.request().delete("/api-keys/{id}", id).then().statusCode(200).body("revoked", equalTo(true));
        key.request().get("/apps").then().statusCode(401).body("error.code", equalTo("AUTH_INVALID_API_KEY"));
        person.request().get("/api-keys").then().body("keys.id", not(hasItem(id)));
    }

    @Test
    void aKeyForOneAppMayTouchNothingElse() {
        String app = person.readyApp();
        String other = person.readyApp();
        String key = person.json(Map.of(
                        "name",
                        "one",
                        "key_scope",
                        "app",
                        "target_app_id",
                        app,
                        "additional_scopes",
                        List.of("ai:gateway")))
                .post("/api-keys")
                .then()
                .statusCode(201)
                .body("scopes", equalTo(List.of("app:" + app, "ai:gateway")))
                .extract()
                .path("key");
        Api limited = new Api(key);
        limited.request().get("/v1/{app}/config", app).then().statusCode(200);
        limited.request().get("/v1/{app}/config", other).then().statusCode(404);
        limited.request().get("/apps/{app}/status", other).then().statusCode(404);
        limited.request().get("/apps").then().statusCode(200).body("apps.id", equalTo(List.of(app)));
        limited.request().get("/api-keys").then().statusCode(403).body("error.code", equalTo("AUTH_FORBIDDEN"));
        limited.json(Map.of("name", "more")).post("/api-keys").then().statusCode(403);
        limited.json(Map.of("name", Api.uniqueName())).post("/init").then().statusCode(403);
    }

    @Test
    void keysOfAnAppAreInItsAuditLog() {
        String app = person.readyApp();
        String id = person.json(Map.of("name", "audited", "key_scope", "app", "target_app_id", app))
                .post("/api-keys")
                .then()
                .extract()
                .path("keyId");
        person.request().delete("/api-keys/{id}", id).then().statusCode(200);
        person.request()
                .queryParam("resource_id", id)
                .get("/v1/{app}/audit-logs", app)
                .then()
                .body("logs.event_type", equalTo(List.of("api_key.revoked", "api_key.created")))
                .body("logs[0].actor_type", equalTo("platform_user"));
    }

    @Test
    void aReplacedOwnerKeyWorksAndARevokedOneStaysRevoked() throws Throwable {
        Secret secret = Secret.random();
        Api replaced = new Api(secret.value());
        replaced.request().get("/apps").then().statusCode(401);
        bootstrap.ensureOwner(Optional.of(secret.value()));
        bootstrap.ensureOwner(Optional.of(secret.value()));
        List<String> ids = replaced.request()
                .get("/api-keys")
                .then()
                .statusCode(200)
                .extract()
                .path("keys.findAll { it.key_prefix == '" + secret.prefix() + "' }.id");
        assertThat(ids).hasSize(1);
        replaced.request().delete("/api-keys/{id}", ids.getFirst()).then().statusCode(200);
        bootstrap.ensureOwner(Optional.of(secret.value()));
        replaced.request().get("/apps").then().statusCode(401);
    }

    @Test
    void legacyScopesAreUnderstood() {
        String app = person.readyApp();
        person.json(Map.of("name", "old", "scopes", List.of("app:" + app)))
                .post("/api-keys")
                .then()
                .statusCode(201)
                .body("scopes", equalTo(List.of("app:" + app)));
        person.json(Map.of("name", "old", "scopes", List.of("*")))
                .post("/api-keys")
                .then()
                .body("scopes", equalTo(List.of("*")));
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                Arguments.of(Map.of(), "VALIDATION_INVALID_SCHEMA"),
                Arguments.of(Map.of("name", ""), "VALIDATION_INVALID_SCHEMA"),
                Arguments.of(Map.of("name", "x".repeat(101)), "VALIDATION_INVALID_SCHEMA"),
                Arguments.of(Map.of("name", "x", "additional_scopes", "ai:gateway"), "VALIDATION_INVALID_SCHEMA"),
                Arguments.of(Map.of("name", "x", "key_scope", "galaxy"), "INVALID_KEY_SCOPE"),
                Arguments.of(Map.of("name", "x", "key_scope", "app"), "TARGET_APP_REQUIRED"),
                Arguments.of(Map.of("name", "x", "target_app_id", "app_000000000000"), "TARGET_APP_NOT_ALLOWED"),
                Arguments.of(Map.of("name", "x", "additional_scopes", List.of("*")), "RESERVED_SCOPE"),
                Arguments.of(Map.of("name", "x", "additional_scopes", List.of("app:a")), "RESERVED_SCOPE"),
                Arguments.of(Map.of("name", "x", "additional_scopes", List.of("root")), "UNKNOWN_SCOPE"),
                Arguments.of(Map.of("name", "x", "scopes", List.of("root")), "UNKNOWN_SCOPE"),
                Arguments.of(Map.of("name", "x", "scopes", List.of()), "UNKNOWN_SCOPE"),
                Arguments.of(Map.of("name", "x", "scope", "'; DROP TABLE api_key"), "VALIDATION_INVALID_SCOPE"),
                Arguments.of(Map.of("name", "x", "scope", "substrate"), "VALIDATION_INVALID_SCOPE"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void whatDoesNotFitIsRefusedWithItsCode(Map<String, Object> body, String code) {
        person.json(body).post("/api-keys").then().statusCode(400).body("error.code", equalTo(code));
    }

    @Test
    void aKeyForAnAppOfOthersCannotBeMade() {
        String app = Api.owner().readyApp();
        person.json(Map.of("name", "x", "key_scope", "app", "target_app_id", app))
                .post("/api-keys")
                .then()
                .statusCode(404);
        person.json(Map.of("name", "x", "organization_id", UUID.randomUUID().toString()))
                .post("/api-keys")
                .then()
                .statusCode(403)
                .body("error.code", equalTo("AUTH_ORG_FORBIDDEN"));
    }

    @Test
    void keysOfOthersAreNotFound() {
        String id = person.json(Map.of("name", "mine"))
                .post("/api-keys")
                .then()
                .extract()
                .path("keyId");
        Api other = Api.stranger();
        other.request().get("/api-keys").then().body("keys.size()", equalTo(0));
        other.request().delete("/api-keys/{id}", id).then().statusCode(404);
        other.request().delete("/api-keys/{id}", "x' OR 1=1").then().statusCode(404);
        person.request().get("/api-keys").then().body("keys.id", hasItem(id));
    }

    @Test
    void theListSaysWhenAKeyWasLastUsed() {
        var created =
                person.json(Map.of("name", "used")).post("/api-keys").then().extract();
        Api key = new Api(created.path("key"));
        key.request().get("/api-keys").then().body("keys[0].last_used_at", nullValue());
        uses.save();
        key.request().get("/api-keys").then().body("keys[0].last_used_at", notNullValue());
    }

    @Test
    void theListIsFiltered() {
        person.json(Map.of("name", "a")).post("/api-keys").then().statusCode(201);
        person.request().queryParam("scope", "me").get("/api-keys").then().body("keys.size()", equalTo(1));
        person.request()
                .queryParam("scope", "substrate")
                .get("/api-keys")
                .then()
                .body("keys.size()", equalTo(0));
        person.request()
                .queryParam("scope", "else")
                .get("/api-keys")
                .then()
                .statusCode(400)
                .body("error.code", equalTo("VALIDATION_INVALID_SCOPE"));
    }

    @Test
    void anonymousCallersAreAskedForACredential() {
        given().get("/api-keys").then().statusCode(401).body("error.code", equalTo("AUTH_REQUIRED"));
        given().contentType("application/json")
                .body(Map.of("name", "x"))
                .post("/api-keys")
                .then()
                .statusCode(401);
        given().delete("/api-keys/{id}", UUID.randomUUID()).then().statusCode(401);
    }
}
