package dev.ghee.control.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import dev.ghee.control.testing.Api;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@QuarkusTest
@WithTestResource(StackResource.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UserTransferIT {
    private static final String IMPORT = "/v1/{app}/admin/auth/users/import";
    private static final String EXPORT = "/v1/{app}/admin/auth/users/export";

    @SuppressWarnings("NullAway.Init")
    private TestApp app;

    @BeforeEach
    void create() {
        if (app == null) {
            app = TestApp.create();
        }
    }

    @Test
    void usersComeWithTheirHashesWhichTheNextSignInRenews() {
        Map<String, String> hashes =
                Map.of("bcrypt", ForeignHashes.BCRYPT, "argon2", ForeignHashes.ARGON2, "scrypt", ForeignHashes.SCRYPT);
        hashes.forEach((kind, hash) -> {
            String email = TestApp.address();
            add(Map.of("email", email, "password_hash", hash, "created_at", "2020-05-06T07:08:09Z"))
                    .then()
                    .statusCode(200)
                    .body("imported", equalTo(1));

            app.post("login", Map.of("email", email, "password", "Wrong-Horse-7"))
                    .then()
                    .statusCode(401);
            app.post("login", Map.of("email", email, "password", ForeignHashes.PASSWORD))
                    .then()
                    .statusCode(200);

            assertThat(app.query("SELECT password_hash FROM ghee.users WHERE email = '" + email + "'"))
                    .as(kind)
                    .startsWith("$argon2id$v=19$m=19456,t=2,p=1$");
            app.post("login", Map.of("email", email, "password", ForeignHashes.PASSWORD))
                    .then()
                    .statusCode(200);
        });
    }

    @Test
    void aBadRowKeepsNoOtherOut() {
        String known = TestApp.address();
        app.signUp(known);
        String twice = TestApp.address();
        String id = UUID.randomUUID().toString();

        Response report = add(
                Map.of("email", TestApp.address(), "id", id, "banned_until", "9999-12-31T00:00:00Z"),
                Map.of("email", "nobody"),
                Map.of("email", known),
                Map.of("email", twice),
                Map.of("email", twice),
                Map.of("email", TestApp.address(), "password_hash", "$2b$31$" + "a".repeat(53)),
                Map.of(
                        "email",
                        TestApp.address(),
                        "password_hash",
                        "$argon2id$v=19$m=4194304,t=1,p=1$c2FsdHNhbHQ$" + "a".repeat(43)),
                Map.of("email", TestApp.address(), "created_at", "yesterday"),
                Map.of("email", TestApp.address(), "id", id),
                Map.of("email", TestApp.address(), "claims", Map.of("role", "admin")));

        report.then().statusCode(200).body("imported", equalTo(2)).body("failed", equalTo(8));
        assertThat(report.<List<String>>path("results.status"))
                .containsExactly(
                        "imported",
                        "invalid",
                        "exists",
                        "imported",
                        "exists",
                        "invalid",
                        "invalid",
                        "invalid",
                        "invalid",
                        "invalid");
        assertThat(report.<String>path("results[0].id")).isEqualTo(id);
        assertThat(report.<String>path("results[1].details[0].path")).isEqualTo("email");
    }

    @Test
    void batchesAreBoundedAndBodiesChecked() {
        Map<String, Object> row = Map.of("email", "a@b.example");
        for (Object body : List.of(
                Map.of(),
                Map.of("users", List.of()),
                Map.of("users", 7),
                Map.of("users", Stream.generate(() -> row).limit(501).toList()),
                "[]",
                "{\"users\":[[]]}",
                "{\"users\":[{\"email\":{}}]}")) {
            TestApp.owner()
                    .contentType(ContentType.JSON)
                    .body(body)
                    .post(IMPORT, app.id)
                    .then()
                    .statusCode(400);
        }
        TestApp.owner()
                .contentType(ContentType.JSON)
                .body("{\"users\":[null]}")
                .post(IMPORT, app.id)
                .then()
                .statusCode(200)
                .body("results[0].status", equalTo("invalid"));
    }

    @Test
    void anExportHasEveryUserOnceAndCanBeImported() {
        TestApp from = TestApp.create();
        TestApp to = TestApp.create();
        from.update("INSERT INTO ghee.users (email, display_name) SELECT 'bulk-' || i || '@example.com', 'Ü' || i"
                + " FROM generate_series(1, 1100) i");
        String email = TestApp.address();
        from.signUp(email);

        List<String> lines = TestApp.owner()
                .queryParam("password_hashes", "true")
                .get(EXPORT, from.id)
                .then()
                .statusCode(200)
                .contentType("application/x-ndjson")
                .extract()
                .asString()
                .lines()
                .toList();

        assertThat(lines).hasSize(1101).doesNotHaveDuplicates();
        TestApp.owner()
                .contentType(ContentType.JSON)
                .body("{\"users\":[" + String.join(",", lines.subList(700, 1101)) + "]}")
                .post(IMPORT, to.id)
                .then()
                .statusCode(200)
                .body("imported", equalTo(401));
        to.login(email).then().statusCode(200);
        TestApp.owner()
                .queryParam("event_type", "auth.users_exported")
                .get("/v1/{app}/audit-logs", from.id)
                .then()
                .body("logs", hasSize(1))
                .body("logs[0].event_data.password_hashes", equalTo(true));
    }

    @Test
    void hashesLeaveWithAFullKeyOnly() {
        app.signUp(TestApp.address());
        String limited = Api.owner()
                .json(Map.of("name", "limited", "key_scope", "app", "target_app_id", app.id))
                .post("/api-keys")
                .then()
                .statusCode(201)
                .extract()
                .path("key");

        new Api(limited)
                .request()
                .queryParam("password_hashes", "true")
                .get(EXPORT, app.id)
                .then()
                .statusCode(403);
        assertThat(new Api(limited).request().get(EXPORT, app.id).asString())
                .contains("\"has_password\":true")
                .doesNotContain("password_hash\"");
    }

    private Response add(Object... users) {
        return TestApp.owner()
                .contentType(ContentType.JSON)
                .body(Map.of("users", List.of(users)))
                .post(IMPORT, app.id);
    }
}
