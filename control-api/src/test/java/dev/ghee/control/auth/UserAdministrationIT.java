package dev.ghee.control.auth;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@QuarkusTest
@WithTestResource(StackResource.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UserAdministrationIT {
    private static final String USERS = "/v1/{app}/admin/auth/users";
    private static final String USER = USERS + "/{id}";

    @SuppressWarnings("NullAway.Init")
    private TestApp app;

    @BeforeEach
    void create() {
        if (app == null) {
            app = TestApp.create();
        }
    }

    @Test
    void aCreatedUserSignsInAndIsFoundByAddressNameAndId() {
        String email = TestApp.address();
        String name = "Ünique_" + UUID.randomUUID();

        String id = post(
                        "",
                        Map.of(
                                "email",
                                email,
                                "password",
                                TestApp.PASSWORD,
                                "email_verified",
                                true,
                                "display_name",
                                name,
                                "claims",
                                Map.of("plan", "pro")))
                .then()
                .statusCode(201)
                .body("email", equalTo(email))
                .body("email_verified", equalTo(true))
                .body("has_password", equalTo(true))
                .body("claims.plan", equalTo("pro"))
                .body("password_hash", nullValue())
                .extract()
                .path("id");

        app.login(email).then().statusCode(200);
        for (String search : List.of(email.toUpperCase(), name.substring(2), id)) {
            assertThat(list(Map.of("search", search, "email_verified", "true")).<List<String>>path("users.id"))
                    .containsExactly(id);
        }
        assertThat(list(Map.of("search", email, "email_verified", "false")).<List<String>>path("users.id"))
                .isEmpty();
        // The wildcards of LIKE are letters here.
        assertThat(list(Map.of("search", "%" + email)).<List<String>>path("users.id"))
                .isEmpty();
        TestApp.owner().get(USER, app.id, id).then().statusCode(200).body("display_name", equalTo(name));
        post("", Map.of("email", email)).then().statusCode(409).body("error.code", equalTo("RESOURCE_ALREADY_EXISTS"));
    }

    @Test
    void aUserWithoutPasswordSetsOneByMail() {
        String email = TestApp.address();
        post("", Map.of("email", email)).then().statusCode(201).body("has_password", equalTo(false));
        app.login(email).then().statusCode(401);

        app.post("forgot-password", Map.of("email", email)).then().statusCode(200);
        app.post("reset-password", Map.of("token", TestApp.mailedToken(email), "newPassword", TestApp.PASSWORD))
                .then()
                .statusCode(200);

        app.login(email).then().statusCode(200);
    }

    @Test
    void anAdministratorChangesAddressNameAndPassword() {
        String email = TestApp.address();
        String id = app.signUp(email);
        TestApp.Session session = app.session(email);
        String moved = TestApp.address();

        patch(id, Map.of("email", moved, "email_verified", true, "display_name", "Ada"))
                .then()
                .statusCode(200)
                .body("email", equalTo(moved))
                .body("email_verified", equalTo(true))
                .body("display_name", equalTo("Ada"));
        app.login(email).then().statusCode(401);
        app.login(moved).then().statusCode(200);
        app.refresh(session.refresh()).then().statusCode(200);

        patch(id, Map.of("password", "Another-Horse-8")).then().statusCode(200);
        app.login(moved).then().statusCode(401);
        app.post("login", Map.of("email", moved, "password", "Another-Horse-8"))
                .then()
                .statusCode(200);
        assertThat(app.query("SELECT count(*) FROM ghee.sessions WHERE revoked_at IS NULL AND user_id = '" + id + "'"))
                .isEqualTo("1");

        var nameless = new HashMap<String, Object>();
        nameless.put("display_name", null);
        patch(id, nameless).then().statusCode(200).body("display_name", nullValue());
        String other = TestApp.address();
        app.signUp(other);
        patch(id, Map.of("email", other)).then().statusCode(409);
        patch(id, Map.of()).then().statusCode(400);
        patch(UUID.randomUUID().toString(), Map.of("email_verified", true))
                .then()
                .statusCode(404);
        assertThat(audited("auth.user_updated", id)).isEqualTo(3);
    }

    @Test
    void aBannedUserNeitherSignsInNorRefreshesUntilTheBanEnds() {
        String email = TestApp.address();
        String id = app.signUp(email);
        TestApp.Session session = app.session(email);

        post(
                        "/" + id + "/ban",
                        Map.of(
                                "reason",
                                "spam",
                                "until",
                                Instant.now().plusSeconds(3600).toString()))
                .then()
                .statusCode(200)
                .body("ban_reason", equalTo("spam"))
                .body("banned_until", notNullValue());

        app.refresh(session.refresh()).then().statusCode(401);
        app.login(email).then().statusCode(403).body("error", equalTo("This account is suspended"));
        app.post("login", Map.of("email", email, "password", "Wrong-Horse-7"))
                .then()
                .statusCode(401)
                .body("error", equalTo("Invalid credentials"));
        assertThat(list(Map.of("banned", "true")).<List<String>>path("users.id"))
                .contains(id);
        post("/" + id + "/impersonate", Map.of()).then().statusCode(409);

        TestApp.owner().delete(USER + "/ban", app.id, id).then().statusCode(200).body("banned_until", nullValue());
        app.login(email).then().statusCode(200);
        post("/" + id + "/ban", Map.of()).then().statusCode(200);
        app.update("UPDATE ghee.users SET banned_until = now() WHERE id = '" + id + "'");
        app.login(email).then().statusCode(200);
        assertThat(audited("auth.user_banned", id)).isEqualTo(2);
    }

    @Test
    void aSessionThatBeganAtTheMomentOfTheBanIsNotRefreshed() {
        String email = TestApp.address();
        String id = app.signUp(email);
        TestApp.Session session = app.session(email);

        // As a ban leaves it that did not see the session yet.
        app.update("UPDATE ghee.users SET banned_until = now() + interval '1 hour' WHERE id = '" + id + "'");

        app.refresh(session.refresh()).then().statusCode(401);
    }

    @Test
    void anAdministratorActsAsAUserForAWhileAndLeavesATrace() throws Exception {
        String email = TestApp.address();
        String id = app.signUp(email);

        Response acting = post("/" + id + "/impersonate", Map.of("reason", "ticket 7"));

        acting.then()
                .statusCode(200)
                .body("refresh_token", nullValue())
                .body("expires_in", equalTo(900))
                .body("user.id", equalTo(id));
        String token = acting.path("access_token");
        app.me(token).then().statusCode(200).body("id", equalTo(id)).body("last_sign_in_at", nullValue());
        JsonNode claims = new JsonMapper().readTree(Base64.getUrlDecoder().decode(token.split("\\.")[1]));
        assertThat(claims.path("act").path("sub").asText()).startsWith("key:");
        assertThat(claims.path("sub").asText()).isEqualTo(id);
        assertThat(audited("auth.user_impersonated", id)).isEqualTo(1);
        post("/" + UUID.randomUUID() + "/impersonate", Map.of()).then().statusCode(404);
    }

    @Test
    void badInputIsRefusedPolitely() {
        String id = app.signUp(TestApp.address());
        for (Object body : List.of(
                "[]",
                "7",
                "{",
                "{\"email\":\"a@b.example\",\"email_verified\":[[[]]]}",
                "{\"email\":\"a\\u0000@b.example\"}",
                "{\"email\":\"\\ud800@b.example\"}",
                "{\"email\":\"c@d.example\",\"claims\":{\"x\":\"a\\u0000b\"}}",
                Map.of(),
                Map.of("email", 7),
                Map.of("email", TestApp.address(), "password", "weak"),
                Map.of("email", TestApp.address(), "display_name", "x".repeat(101)),
                Map.of("email", TestApp.address(), "claims", List.of()),
                Map.of("email", TestApp.address(), "claims", Map.of("sub", "root")),
                Map.of("email", TestApp.address(), "claims", Map.of("x", "y".repeat(5000))))) {
            post("", body).then().statusCode(400);
        }
        for (Object body : List.of(
                Map.of("display_name", 7),
                Map.of("email", List.of()),
                Map.of("email_verified", "perhaps"),
                Map.of("claims", "x"))) {
            patch(id, body).then().statusCode(400);
        }
        for (Object body : List.of(
                Map.of("until", "tomorrow"),
                Map.of("until", "2020-01-01T00:00:00Z"),
                Map.of("until", "+999999999-01-01T00:00:00Z"),
                Map.of("until", 1e300),
                Map.of("reason", "x".repeat(501)))) {
            post("/" + id + "/ban", body).then().statusCode(400);
        }
        post("/x/ban", Map.of()).then().statusCode(404);
        for (Map<String, String> query : List.of(
                Map.of("search", "x".repeat(255)),
                Map.of("search", "a\0b"),
                Map.of("provider", "\0"),
                Map.of("banned", "maybe"),
                Map.of("email_verified", "1"))) {
            list(query).then().statusCode(400);
        }
    }

    @Test
    void endUsersAndStrangersAdministerNobody() {
        String email = TestApp.address();
        String id = app.signUp(email);
        String token = app.session(email).access();
        Supplier<RequestSpecification> nobody = RestAssured::given;
        Supplier<RequestSpecification> endUser = () -> given().auth().oauth2(token);
        for (var caller : List.of(nobody, endUser)) {
            for (String route : List.of("", "/" + id + "/ban", "/" + id + "/impersonate", "/import")) {
                caller.get()
                        .contentType(ContentType.JSON)
                        .body("{}")
                        .post(USERS + route, app.id)
                        .then()
                        .statusCode(403);
            }
            caller.get().get(USERS + "/export", app.id).then().statusCode(403);
            caller.get().get(USER, app.id, id).then().statusCode(403);
        }
        String foreign = TestApp.create().signUp(TestApp.address());
        TestApp.owner().get(USER, app.id, foreign).then().statusCode(404);
        post("/" + foreign + "/impersonate", Map.of()).then().statusCode(404);
    }

    private Response post(String route, Object body) {
        return TestApp.owner().contentType(ContentType.JSON).body(body).post(USERS + route, app.id);
    }

    private Response patch(String id, Object body) {
        return TestApp.owner().contentType(ContentType.JSON).body(body).patch(USER, app.id, id);
    }

    private Response list(Map<String, String> query) {
        return TestApp.owner().queryParams(query).get(USERS, app.id);
    }

    private int audited(String event, String id) {
        return TestApp.owner()
                .queryParam("event_type", event)
                .queryParam("resource_id", id)
                .get("/v1/{app}/audit-logs", app.id)
                .then()
                .statusCode(200)
                .extract()
                .path("total");
    }
}
