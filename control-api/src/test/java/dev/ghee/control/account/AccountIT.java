package dev.ghee.control.account;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.notNullValue;

import dev.ghee.control.testing.Api;
import dev.ghee.control.testing.Mails;
import dev.ghee.control.testing.People;
import dev.ghee.control.testing.People.Enrolled;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Signing up, in and out of the platform itself. Case 21, 22 and 24 for the people who own apps. */
@QuarkusTest
@WithTestResource(StackResource.class)
class AccountIT {
    @Test
    void somebodyInvitedSignsUpAndOwnsApps() {
        String email = People.address();
        Response begun = People.signUp(email, People.invitation(email));
        begun.then().statusCode(202).body("pending_token", matchesPattern("[A-Za-z0-9_-]{43}"));
        People.login(email, People.PASSWORD).then().statusCode(401);
        People.post("/account/verify", Map.of("pending_token", begun.path("pending_token"), "code", Mails.code(email)))
                .then()
                .statusCode(200)
                .body("user.email", equalTo(email))
                .body("token_type", equalTo("Bearer"))
                .body("expires_in", equalTo(900));
        Response session = People.login(email, People.PASSWORD);
        Api api = new Api(session.path("access_token"));
        api.request().get("/account/me").then().body("email", equalTo(email), "id", equalTo(session.path("user.id")));
        api.json(Map.of("name", Api.uniqueName())).post("/init").then().statusCode(201);
        api.request().get("/organizations").then().body("organizations[0].role", equalTo("owner"));
    }

    @Test
    void signUpIsClosedToWhoeverIsNotInvited() {
        String email = People.address();
        Map<String, String> body = Map.of("email", email, "password", People.PASSWORD);
        People.post("/account/signup", body).then().statusCode(403).body("error.code", equalTo("AUTH_FORBIDDEN"));
        People.signUp(email, People.invitation(People.address())).then().statusCode(403);
        People.signUp(email, "x'--").then().statusCode(403);
    }

    @Test
    void anAddressWithAnAccountIsAnsweredLikeAnyOther() {
        Enrolled known = People.enrol();
        Response again = People.signUp(known.email(), People.invitation(known.email()));
        String fresh = People.address();
        Response first = People.signUp(fresh, People.invitation(fresh));
        assertThat(again.statusCode()).isEqualTo(first.statusCode()).isEqualTo(202);
        assertThat(again.asString().replace(again.<String>path("pending_token"), "T"))
                .isEqualTo(first.asString().replace(first.<String>path("pending_token"), "T"));
        Mails.withSubject(known.email(), "You have a Ghee account already");
        // No code opens what waits for none.
        People.post("/account/verify", Map.of("pending_token", again.path("pending_token"), "code", "BCDF-GHJK"))
                .then()
                .statusCode(400);
        Response reset = People.post("/account/forgot-password", Map.of("email", known.email()));
        Response nobody = People.post("/account/forgot-password", Map.of("email", People.address()));
        assertThat(reset.statusCode()).isEqualTo(nobody.statusCode()).isEqualTo(202);
        assertThat(reset.asString().replace(reset.<String>path("pending_token"), "T"))
                .isEqualTo(nobody.asString().replace(nobody.<String>path("pending_token"), "T"));
        Response wrong = People.login(known.email(), "Wrong-Horse-7");
        Response unknown = People.login(People.address(), "Wrong-Horse-7");
        assertThat(wrong.statusCode()).isEqualTo(unknown.statusCode()).isEqualTo(401);
        assertThat(wrong.asString()).isEqualTo(unknown.asString());
    }

    @Test
    void aCodeWorksOnlyWhereItWasAskedForAndOnce() {
        String email = People.address();
        String invitation = People.invitation(email);
        // Somebody else asks for the victim's address; the victim's code must not confirm the stranger's password.
        String strangers = People.signUp(email, invitation).path("pending_token");
        String code = Mails.code(email);
        String own = People.signUp(email, invitation).path("pending_token");
        People.post("/account/verify", Map.of("pending_token", own, "code", code))
                .then()
                .statusCode(400);
        Map<String, String> right = Map.of("pending_token", strangers, "code", code.toLowerCase(java.util.Locale.ROOT));
        People.post("/account/verify", right).then().statusCode(200);
        People.post("/account/verify", right).then().statusCode(400);
    }

    @Test
    void fiveWrongCodesEndASignUp() {
        String email = People.address();
        String pending = People.signUp(email, People.invitation(email)).path("pending_token");
        String code = Mails.code(email);
        String wrong = code.startsWith("B") ? "CCCC-CCCC" : "BBBB-BBBB";
        for (int i = 0; i < 5; i++) {
            People.post("/account/verify", Map.of("pending_token", pending, "code", wrong))
                    .then()
                    .statusCode(400);
        }
        People.post("/account/verify", Map.of("pending_token", pending, "code", code))
                .then()
                .statusCode(400);
    }

    @Test
    void aNewPasswordEndsEverySession() {
        Enrolled person = People.enrol();
        String pending = People.post("/account/forgot-password", Map.of("email", person.email()))
                .path("pending_token");
        Mails.withSubject(person.email(), "Your code for a new Ghee password");
        Map<String, String> weak =
                Map.of("pending_token", pending, "code", Mails.code(person.email()), "new_password", "short");
        People.post("/account/reset-password", weak).then().statusCode(400);
        Map<String, String> strong =
                Map.of("pending_token", pending, "code", Mails.code(person.email()), "new_password", "Other-Horse-8");
        People.post("/account/reset-password", strong).then().statusCode(200);
        People.post("/account/reset-password", strong).then().statusCode(400);
        refresh(person.refreshToken()).then().statusCode(401);
        People.login(person.email(), People.PASSWORD).then().statusCode(401);
        People.login(person.email(), "Other-Horse-8").then().statusCode(200);
    }

    @Test
    void twentyRacingRefreshesGiveOneChildAndALaterReplayEndsTheSession() throws Exception {
        Enrolled person = People.enrol();
        List<Callable<Response>> tabs = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            tabs.add(() -> refresh(person.refreshToken()));
        }
        List<String> children = new ArrayList<>();
        try (var pool = Executors.newFixedThreadPool(8)) {
            for (var answer : pool.invokeAll(tabs)) {
                children.add(answer.get().then().statusCode(200).extract().path("refresh_token"));
            }
        }
        assertThat(children).hasSize(20).containsOnly(children.getFirst());
        String grandchild = refresh(children.getFirst()).path("refresh_token");
        update("UPDATE platform_session_token SET used_at = now() - interval '1 minute' WHERE used_at IS NOT NULL"
                + " AND session_id IN (SELECT id FROM platform_session WHERE user_id = '" + person.id() + "')");
        refresh(person.refreshToken()).then().statusCode(401);
        refresh(grandchild).then().statusCode(401);
    }

    @Test
    void sessionsAreListedAndEnded() {
        Enrolled person = People.enrol();
        Response other = given().header("User-Agent", "Other/1")
                .header("x-rate-limit-bypass", Api.config("ghee.rate-limit.bypass-token"))
                .contentType(ContentType.JSON)
                .body(Map.of("email", person.email(), "password", People.PASSWORD))
                .post("/account/login");
        String id = person.api()
                .request()
                .get("/account/sessions")
                .then()
                .body("sessions.size()", equalTo(2))
                .body("sessions.ip_address", hasItem("127.0.0.1"))
                .extract()
                .path("sessions.find { it.user_agent == 'Other/1' }.id");
        Api.stranger().request().delete("/account/sessions/{id}", id).then().statusCode(404);
        person.api().request().delete("/account/sessions/{id}", id).then().statusCode(200);
        person.api().request().delete("/account/sessions/{id}", id).then().statusCode(404);
        person.api().request().delete("/account/sessions/{id}", "x").then().statusCode(404);
        refresh(other.path("refresh_token")).then().statusCode(401);
        People.post("/account/logout", Map.of("refresh_token", person.refreshToken()))
                .then()
                .statusCode(200);
        refresh(person.refreshToken()).then().statusCode(401);
    }

    @Test
    void tooManyTriesAreRefusedForAWhile() {
        String email = People.address();
        Response last = null;
        for (int i = 0; i <= 50 && (last == null || last.statusCode() != 429); i++) {
            last = given().header("X-Forwarded-For", "198.51.100." + i)
                    .contentType(ContentType.JSON)
                    .body(Map.of("email", email, "password", "x"))
                    .post("/account/login");
        }
        assertThat(last).isNotNull();
        last.then()
                .statusCode(429)
                .header("Retry-After", Integer::parseInt, greaterThanOrEqualTo(1))
                .body("error.code", equalTo("QUOTA_RATE_LIMIT"));
    }

    @Test
    void keysHaveNoAccount() {
        Api.owner().request().get("/account/me").then().statusCode(403);
        given().get("/account/me").then().statusCode(401);
        Api.stranger().request().get("/account/me").then().statusCode(200).body("id", notNullValue());
    }

    @ParameterizedTest
    @ValueSource(strings = {"signup", "verify", "login", "refresh", "logout", "forgot-password", "reset-password"})
    void whatDoesNotFitIsACallersError(String route) {
        for (String value : List.of("null", "1e400", "[]", "[[]]", "{}", "\"\\u0000\"", "\"\\ud800\"", "\"'--\"")) {
            String body = ("{'email':V,'password':V,'invitation':V,'pending_token':V,'code':V,'refresh_token':V,"
                            + "'new_password':V}")
                    .replace('\'', '"')
                    .replace("V", value);
            Response answer = given().header("x-rate-limit-bypass", Api.config("ghee.rate-limit.bypass-token"))
                    .contentType(ContentType.JSON)
                    .body(body)
                    .post("/account/" + route);
            assertThat(answer.statusCode()).as(body).isLessThan(500);
        }
        for (String body : List.of("", "[]", "null", "x", "\"" + UUID.randomUUID() + "\"")) {
            Response answer = given().contentType(ContentType.JSON).body(body).post("/account/" + route);
            assertThat(answer.statusCode()).as(body).isBetween(400, 499);
        }
    }

    private static Response refresh(String token) {
        return People.post("/account/refresh", Map.of("refresh_token", token));
    }

    /** Past the platform: time cannot be waited for. */
    private static void update(String sql) throws SQLException {
        String url = "jdbc:postgresql://" + Api.config("ghee.regions.us-east-1.postgres.host") + ":"
                + Api.config("ghee.regions.us-east-1.postgres.port") + "/ghee_control";
        try (Connection connection =
                        DriverManager.getConnection(url, "ghee_owner", Api.config("ghee.postgres.owner-password"));
                var statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }
}
