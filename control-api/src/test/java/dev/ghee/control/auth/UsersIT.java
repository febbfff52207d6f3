package dev.ghee.control.auth;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@QuarkusTest
@WithTestResource(StackResource.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UsersIT {
    @SuppressWarnings("NullAway.Init")
    private TestApp app;

    @BeforeEach
    void create() {
        if (app == null) {
            app = TestApp.create();
        }
    }

    @Test
    void pagesHoldEveryUserOnceNewestFirst() {
        // All at one moment: the cursor must not rely on times being different.
        app.update("INSERT INTO ghee.users (email) SELECT 'p' || n || '@example.com' FROM generate_series(1, 7) n");
        List<String> seen = new ArrayList<>();
        String cursor = "";
        do {
            Response page = TestApp.owner()
                    .queryParam("limit", 3)
                    .queryParam("cursor", cursor)
                    .get("/v1/{app}/admin/auth/users", app.id);
            page.then().statusCode(200);
            seen.addAll(page.path("users.email"));
            cursor = page.path("next_cursor");
        } while (cursor != null);

        assertThat(seen)
                .doesNotHaveDuplicates()
                .hasSize(Integer.parseInt(app.query("SELECT count(*) FROM ghee.users")));
    }

    @Test
    void aUserIsListedWithoutSecrets() {
        TestApp own = TestApp.create();
        String email = TestApp.address();
        String id = own.signUp(email);

        TestApp.owner()
                .get("/v1/{app}/admin/auth/users", own.id)
                .then()
                .statusCode(200)
                .body("users", hasSize(1))
                .body("users[0].id", equalTo(id))
                .body("users[0].email", equalTo(email))
                .body("users[0].provider", equalTo("email"))
                .body("users[0].provider_uid", nullValue())
                .body("users[0].email_verified", equalTo(false))
                .body("users[0].last_sign_in_at", nullValue())
                .body("users[0].created_at", matchesPattern("\\d{4}-.*\\.\\d{3}Z"))
                .body("users[0].password_hash", nullValue())
                .body("next_cursor", nullValue());
    }

    @Test
    void deletingAUserIsAuditedAndFinal() {
        String email = TestApp.address();
        String id = app.signUp(email);

        TestApp.owner()
                .delete("/v1/{app}/admin/auth/users/{id}", app.id, id)
                .then()
                .statusCode(200)
                .body("deleted", equalTo(true))
                .body("user_id", equalTo(id))
                .body("email", equalTo(email));

        TestApp.owner()
                .delete("/v1/{app}/admin/auth/users/{id}", app.id, id)
                .then()
                .statusCode(404)
                .body("error.code", equalTo("RESOURCE_NOT_FOUND"));
        TestApp.owner()
                .queryParam("event_type", "auth.user_deleted")
                .get("/v1/{app}/audit-logs", app.id)
                .then()
                .statusCode(200)
                .body("logs.find { it.resource_id == '" + id + "' }", notNullValue());
        app.signUp(email);
    }

    @Test
    void badParametersAreRefused() {
        for (String limit : List.of("0", "201", "-1", "x", "1.5", "99999999999")) {
            TestApp.owner()
                    .queryParam("limit", limit)
                    .get("/v1/{app}/admin/auth/users", app.id)
                    .then()
                    .statusCode(400)
                    .body("error.code", equalTo("VALIDATION_INVALID_SCHEMA"));
        }
        for (String cursor : List.of("x", "e30", "bnVsbA", "eyJpZCI6MX0", "' OR 1=1 --", "A".repeat(2_000))) {
            TestApp.owner()
                    .queryParam("cursor", cursor)
                    .get("/v1/{app}/admin/auth/users", app.id)
                    .then()
                    .statusCode(400)
                    .body("error.code", equalTo("VALIDATION_INVALID_SCHEMA"));
        }
        TestApp.owner()
                .delete("/v1/{app}/admin/auth/users/{id}", app.id, "nobody")
                .then()
                .statusCode(404);
    }

    @Test
    void onlyAdministratorsSeeUsers() {
        String email = TestApp.address();
        app.signUp(email);
        TestApp.Session session = app.session(email);

        for (var caller : List.of(given(), given().auth().oauth2(session.access()))) {
            caller.get("/v1/{app}/admin/auth/users", app.id)
                    .then()
                    .statusCode(403)
                    .body("error.code", equalTo("AUTH_INSUFFICIENT_PERMISSIONS"));
        }
        given().auth()
                .oauth2(session.access())
                .delete("/v1/{app}/admin/auth/users/{id}", app.id, UUID.randomUUID())
                .then()
                .statusCode(403);
        TestApp.owner()
                .get("/v1/{app}/admin/auth/users", "app_000000000000")
                .then()
                .statusCode(404);
        TestApp.owner().get("/v1/{app}/admin/auth/users", "x").then().statusCode(404);
    }
}
