package dev.ghee.control.auth;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.matchesPattern;

import dev.ghee.testkit.StackResource;
import dev.ghee.testkit.token.Jws;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A user's list of sessions, and ending them. */
@QuarkusTest
@WithTestResource(StackResource.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SessionsIT {
    @SuppressWarnings("NullAway.Init")
    private TestApp app;

    private String email = "";
    private String userId = "";

    @BeforeEach
    void signUp() {
        if (app == null) {
            app = TestApp.create();
        }
        email = TestApp.address();
        userId = app.signUp(email);
    }

    @Test
    void theListTellsWhereAndHowAndWhichOneThisIs() {
        TestApp.Session phone = session("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Mobile Safari/604.1");
        TestApp.Session laptop = session("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0");

        list(laptop)
                .then()
                .statusCode(200)
                .body("sessions", hasSize(2))
                .body("sessions.device", contains("Firefox on Linux", "Safari on iPhone"))
                .body("sessions.current", contains(true, false))
                .body("sessions.id", contains(sid(laptop), sid(phone)))
                .body("sessions.ip_address", contains("127.0.0.1", "127.0.0.1"))
                .body("sessions[0].amr", contains("pwd"))
                .body("sessions[0].aal", equalTo("aal1"))
                .body("sessions[0].created_at", matchesPattern("\\d{4}-.*Z"));
    }

    @Test
    void anEndedSessionsTokensStopWorkingAtOnceAndOthersGoOn() {
        TestApp.Session phone = app.session(email);
        TestApp.Session laptop = app.session(email);

        bearing(laptop)
                .delete("/auth/{app}/sessions/{id}", app.id, sid(phone))
                .then()
                .statusCode(200);

        app.me(phone.access()).then().statusCode(401);
        list(phone).then().statusCode(401);
        app.refresh(phone.refresh()).then().statusCode(401);
        app.me(laptop.access()).then().statusCode(200);
        list(laptop).then().body("sessions.id", contains(sid(laptop)));
    }

    @Test
    void endingTheOthersKeepsThisOne() {
        TestApp.Session first = app.session(email);
        TestApp.Session second = app.session(email);
        TestApp.Session here = app.session(email);

        bearing(here)
                .contentType(ContentType.JSON)
                .body("{}")
                .post("/auth/{app}/sessions/revoke-others", app.id)
                .then()
                .statusCode(200)
                .body("revoked", equalTo(2));

        app.refresh(first.refresh()).then().statusCode(401);
        app.refresh(second.refresh()).then().statusCode(401);
        app.refresh(here.refresh()).then().statusCode(200);
    }

    @Test
    void nobodyEndsOrSeesSomebodyElsesSession() {
        TestApp.Session mine = app.session(email);
        String address = TestApp.address();
        app.signUp(address);
        TestApp.Session theirs = app.session(address);

        for (String id : List.of(sid(theirs), "00000000-0000-0000-0000-000000000000", "nonsense", "'", "%00")) {
            bearing(mine)
                    .urlEncodingEnabled(!id.startsWith("%"))
                    .delete("/auth/{app}/sessions/" + id, app.id)
                    .then()
                    .statusCode(404);
        }
        list(mine).then().body("sessions", hasSize(1));
        app.me(theirs.access()).then().statusCode(200);
        given().get("/auth/{app}/sessions", app.id).then().statusCode(401);
        given().post("/auth/{app}/sessions/revoke-others", app.id).then().statusCode(401);
    }

    @Test
    void administratorsListAndEnd() {
        TestApp.Session phone = app.session(email);
        TestApp.Session laptop = app.session(email);
        String path = "/v1/{app}/admin/auth/users/{id}/sessions";

        TestApp.owner()
                .get(path, app.id, userId)
                .then()
                .statusCode(200)
                .body("sessions.id", contains(sid(laptop), sid(phone)))
                .body("sessions.current", contains(false, false));
        TestApp.owner()
                .delete(path + "/{session}", app.id, userId, sid(phone))
                .then()
                .statusCode(200);
        app.me(phone.access()).then().statusCode(401);
        TestApp.owner().delete(path, app.id, userId).then().statusCode(200).body("revoked", equalTo(1));
        app.me(laptop.access()).then().statusCode(401);
        assertThat(app.query("SELECT string_agg(DISTINCT revoked_reason, ',') FROM ghee.sessions WHERE user_id = '"
                        + userId + "'"))
                .isEqualTo("revoked_by_administrator");
    }

    @Test
    void onlyAdministratorsSeeSomebodysSessions() {
        TestApp.Session mine = app.session(email);
        String path = "/v1/{app}/admin/auth/users/{id}/sessions";

        bearing(mine).get(path, app.id, userId).then().statusCode(403);
        given().get(path, app.id, userId).then().statusCode(403);
        given().delete(path, app.id, userId).then().statusCode(403);
        for (String unknown : List.of("00000000-0000-0000-0000-000000000000", "nonsense")) {
            TestApp.owner().get(path, app.id, unknown).then().statusCode(404);
        }
        TestApp.owner().get(path, "app_000000000000", userId).then().statusCode(404);
        TestApp.owner()
                .delete(path + "/{session}", app.id, userId, "nonsense")
                .then()
                .statusCode(404);
    }

    private TestApp.Session session(String userAgent) {
        return TestApp.Session.of(given().header("x-rate-limit-bypass", TestApp.BYPASS)
                .header("User-Agent", userAgent)
                .contentType(ContentType.JSON)
                .body(Map.of("email", email, "password", TestApp.PASSWORD))
                .post("/auth/{app}/login", app.id));
    }

    private Response list(TestApp.Session session) {
        return bearing(session).get("/auth/{app}/sessions", app.id);
    }

    private static RequestSpecification bearing(TestApp.Session session) {
        return given().auth().oauth2(session.access());
    }

    private static String sid(TestApp.Session session) {
        return new JsonPath(Jws.parse(session.access()).payload()).getString("session_id");
    }
}
