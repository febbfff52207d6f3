package dev.ghee.control.auth;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.nullValue;

import dev.ghee.testkit.StackResource;
import dev.ghee.testkit.token.Jws;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@QuarkusTest
@WithTestResource(StackResource.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SessionIT {
    private final String email = TestApp.address();

    @SuppressWarnings("NullAway.Init")
    private TestApp app;

    @SuppressWarnings("NullAway.Init")
    private String userId;

    // Not before all: the test's HTTP port is known only then.
    @BeforeEach
    void create() {
        if (app == null) {
            app = TestApp.create();
            userId = app.signUp(email);
        }
    }

    @Test
    void signingInGivesTokensAndTheUser() {
        Response answer =
                app.post("login", Map.of("email", "  " + email.toUpperCase() + " ", "password", TestApp.PASSWORD));

        answer.then()
                .statusCode(200)
                .body("token_type", equalTo("Bearer"))
                .body("expires_in", equalTo(900))
                .body("refresh_token", matchesPattern("[A-Za-z0-9_-]{32,}"))
                .body("user.id", equalTo(userId))
                .body("user.email", equalTo(email))
                .body("user.email_verified", equalTo(false))
                .body("user.display_name", nullValue())
                .body("user.avatar_url", nullValue());
        Jws token = Jws.parse(answer.path("access_token"));
        JsonPath header = new JsonPath(token.header());
        assertThat(header.getString("alg")).isEqualTo("RS256");
        assertThat(header.getString("kid")).hasSize(16);
        JsonPath claims = new JsonPath(token.payload());
        assertThat(claims.getString("sub")).isEqualTo(userId);
        assertThat(claims.getString("email")).isEqualTo(email);
        assertThat(claims.getBoolean("email_verified")).isFalse();
        assertThat(claims.getString("app_id")).isEqualTo(app.id);
        assertThat(claims.getString("iss")).isEqualTo("butterbase:app:" + app.id);
        assertThat(claims.getLong("exp") - claims.getLong("iat")).isEqualTo(900);
    }

    @Test
    void theTokenIsGoodAtOnceAndItsKeyIsPublished() {
        String access = app.session(email).access();

        app.me(access)
                .then()
                .statusCode(200)
                .body("id", equalTo(userId))
                .body("email", equalTo(email))
                .body("provider", equalTo("email"))
                .body("created_at", matchesPattern("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z"))
                .body("last_sign_in_at", matchesPattern("\\d{4}-.*Z"));
        String kid = new JsonPath(Jws.parse(access).header()).getString("kid");
        given().get("/auth/{app}/.well-known/jwks.json", app.id)
                .then()
                .statusCode(200)
                .header("Cache-Control", "public, max-age=300")
                .body("keys", hasSize(1))
                .body("keys[0].kid", equalTo(kid))
                .body("keys[0].kty", equalTo("RSA"))
                .body("keys[0].alg", equalTo("RS256"))
                .body("keys[0].use", equalTo("sig"))
                .body("keys[0].e", equalTo("AQAB"));
    }

    @Test
    void aWrongPasswordAndAnUnknownAddressLookTheSame() {
        Response wrong = app.post("login", Map.of("email", email, "password", "Wrong-Horse-7"));
        Response unknown = app.post("login", Map.of("email", TestApp.address(), "password", "Wrong-Horse-7"));

        wrong.then().statusCode(401).body("error", equalTo("Invalid credentials"));
        unknown.then().statusCode(401);
        assertThat(unknown.asString()).isEqualTo(wrong.asString());
    }

    @Test
    void refreshingRotatesAndNamesTheUser() {
        TestApp.Session first = app.session(email);

        Response answer = app.refresh(first.refresh());

        answer.then()
                .statusCode(200)
                .body("token_type", equalTo("Bearer"))
                .body("expires_in", equalTo(900))
                .body("user.id", equalTo(userId));
        TestApp.Session second = TestApp.Session.of(answer);
        assertThat(second.refresh()).isNotEqualTo(first.refresh());
        app.me(second.access()).then().statusCode(200);
    }

    @Test
    void twentyTabsThatRefreshAtOnceGetOneSuccessorAndStaySignedIn() throws Exception {
        TestApp.Session session = app.session(email);
        Callable<Response> refresh = () -> app.refresh(session.refresh());

        List<TestApp.Session> results;
        try (var tabs = Executors.newFixedThreadPool(20)) {
            results = tabs.invokeAll(Stream.generate(() -> refresh).limit(20).toList()).stream()
                    .map(done -> TestApp.Session.of(done.resultNow()))
                    .toList();
        }

        assertThat(results)
                .extracting(TestApp.Session::refresh)
                .hasSize(20)
                .containsOnly(results.getFirst().refresh());
        app.refresh(results.getFirst().refresh()).then().statusCode(200);
    }

    @Test
    void replayingATokenAfterTheGraceTimeEndsTheSession() {
        TestApp.Session victim = app.session(email);
        TestApp.Session other = app.session(email);
        String successor = app.refresh(victim.refresh()).path("refresh_token");
        graceIsOver();

        app.refresh(victim.refresh()).then().statusCode(401).body("error", equalTo("Invalid or expired refresh token"));

        app.refresh(successor).then().statusCode(401);
        app.refresh(other.refresh()).then().statusCode(200);
        TestApp.owner()
                .queryParam("category", "auth")
                .queryParam("event_type", "auth.refresh_token_reuse")
                .get("/v1/{app}/audit-logs", app.id)
                .then()
                .statusCode(200)
                .body("logs.find { it.resource_id == '" + userId + "' }.success", equalTo(false));
    }

    @Test
    void withinTheGraceTimeTheSuccessorIsToldAgain() {
        TestApp.Session session = app.session(email);

        String once = app.refresh(session.refresh()).path("refresh_token");
        String again = app.refresh(session.refresh()).path("refresh_token");

        assertThat(again).isEqualTo(once);
    }

    @Test
    void noRefreshTokenIsStoredReadable() {
        TestApp.Session session = app.session(email);

        assertThat(app.query("SELECT count(*) FROM ghee.refresh_tokens WHERE token_hash = sha256('" + session.refresh()
                        + "')"))
                .isEqualTo("1");
        assertThat(app.query(
                        "SELECT count(*) FROM ghee.refresh_tokens t WHERE t::text LIKE '%" + session.refresh() + "%'"))
                .isEqualTo("0");
    }

    @Test
    void anExpiredOrUnknownRefreshTokenIsRefused() {
        TestApp.Session session = app.session(email);
        app.update("UPDATE ghee.refresh_tokens SET expires_at = now() - interval '1 second' WHERE token_hash = sha256('"
                + session.refresh() + "')");

        app.refresh(session.refresh()).then().statusCode(401);
        app.refresh("A".repeat(43)).then().statusCode(401);
        app.refresh("not a token").then().statusCode(401);
    }

    @Test
    void loggingOutEndsAllSessions() {
        String address = TestApp.address();
        app.signUp(address);
        TestApp.Session phone = app.session(address);
        TestApp.Session laptop = app.session(address);

        given().auth()
                .oauth2(phone.access())
                .contentType(ContentType.JSON)
                .body("{}")
                .post("/auth/{app}/logout", app.id)
                .then()
                .statusCode(200)
                .body("message", containsString("Signed out"));

        app.refresh(phone.refresh()).then().statusCode(401);
        app.refresh(laptop.refresh()).then().statusCode(401);
        app.login(address).then().statusCode(200);
    }

    @Test
    void meAndLogoutNeedAnEndUserOfThisApp() {
        for (String route : List.of("me", "logout")) {
            var anonymous = given().header("x-rate-limit-bypass", TestApp.BYPASS);
            (route.equals("me") ? anonymous.get("/auth/{a}/me", app.id) : anonymous.post("/auth/{a}/logout", app.id))
                    .then()
                    .statusCode(401)
                    .body("error", equalTo("Authentication required"));
        }
        TestApp.owner().get("/auth/{app}/me", app.id).then().statusCode(401);
        app.me("not.a.token").then().statusCode(401);
    }

    @Test
    void aDeletedUsersTokensAreOfNoUse() {
        String address = TestApp.address();
        String id = app.signUp(address);
        TestApp.Session session = app.session(address);

        TestApp.owner()
                .delete("/v1/{app}/admin/auth/users/{id}", app.id, id)
                .then()
                .statusCode(200);

        app.me(session.access()).then().statusCode(401);
        app.refresh(session.refresh()).then().statusCode(401);
        app.login(address).then().statusCode(401);
    }

    @Test
    void aNewLifetimeAppliesToNewTokens() {
        TestApp other = TestApp.create();
        String address = TestApp.address();
        other.signUp(address);
        TestApp.owner()
                .contentType(ContentType.JSON)
                .body(Map.of("accessTokenTtl", "2h", "refreshTokenTtlDays", 3))
                .patch("/v1/{app}/config/jwt", other.id)
                .then()
                .statusCode(200);

        other.login(address).then().statusCode(200).body("expires_in", equalTo(7200));
        assertThat(other.query("SELECT longest_token_seconds FROM ghee.signing_keys"))
                .isEqualTo("7200");
    }

    @Test
    void badBodiesAreRefusedPolitely() {
        app.post("login", Map.of("email", email)).then().statusCode(400).body("error", equalTo("Invalid request body"));
        app.post("login", "[]").then().statusCode(400);
        app.post("login", "{").then().statusCode(400);
        app.post("login", Map.of("email", Map.of("a", 1), "password", "x"))
                .then()
                .statusCode(400);
        app.post("login", Map.of("email", email, "password", "x".repeat(5_000)))
                .then()
                .statusCode(400);
        app.post("refresh", "{}").then().statusCode(400).body("details[0].path", equalTo("refresh_token"));
        app.post("refresh", Map.of("refresh_token", "x".repeat(5_000))).then().statusCode(400);
        app.post("refresh", "null").then().statusCode(400);
    }

    @Test
    void anUnknownAppIsNotFound() {
        for (String unknown : List.of("app_000000000000", "nonsense", "app_' OR 1=1")) {
            given().contentType(ContentType.JSON)
                    .body(Map.of("email", email, "password", TestApp.PASSWORD))
                    .post("/auth/{app}/login", unknown)
                    .then()
                    .statusCode(404)
                    .body("error", equalTo("App not found"));
        }
        given().get("/auth/{app}/.well-known/jwks.json", "app_000000000000")
                .then()
                .statusCode(404);
    }

    private void graceIsOver() {
        app.update("UPDATE ghee.refresh_tokens SET used_at = used_at - interval '1 minute' WHERE used_at IS NOT NULL");
    }
}
