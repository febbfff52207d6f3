package dev.ghee.control.auth;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.nullValue;

import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
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
class AccountIT {
    private static final String NEW_PASSWORD = "Better-Horse-8";

    @SuppressWarnings("NullAway.Init")
    private TestApp app;

    // Not before all: the test's HTTP port is known only then.
    @BeforeEach
    void create() {
        if (app == null) {
            app = TestApp.create();
        }
    }

    @Test
    void signingUpGivesAUserAndNoTokens() {
        String email = TestApp.address();

        app.post(
                        "signup",
                        Map.of(
                                "email",
                                " " + email.toUpperCase() + " ",
                                "password",
                                TestApp.PASSWORD,
                                "display_name",
                                " Ada ",
                                "metadata",
                                Map.of("a", 1)))
                .then()
                .statusCode(201)
                .body("user.id", matchesPattern("[0-9a-f-]{36}"))
                .body("user.email", equalTo(email))
                .body("user.email_verified", equalTo(false))
                .body("user.display_name", equalTo("Ada"))
                .body("access_token", nullValue());
        assertThat(app.query("SELECT password_hash FROM ghee.users WHERE email = '" + email + "'"))
                .startsWith("$argon2id$v=19$m=19456,t=2,p=1$");
    }

    @Test
    void anAddressSignsUpOnce() {
        String email = TestApp.address();
        app.signUp(email);

        app.post("signup", Map.of("email", email.toUpperCase(), "password", TestApp.PASSWORD))
                .then()
                .statusCode(409)
                .body("error", equalTo("User already exists"));
    }

    @Test
    void ofManyWhoSignUpAtOnceWithOneAddressOneSucceeds() throws Exception {
        String email = TestApp.address();
        Callable<Response> signUp = () -> app.post("signup", Map.of("email", email, "password", TestApp.PASSWORD));

        List<Integer> statuses;
        try (var clients = Executors.newFixedThreadPool(8)) {
            statuses = clients.invokeAll(Stream.generate(() -> signUp).limit(8).toList()).stream()
                    .map(done -> done.resultNow().statusCode())
                    .toList();
        }

        assertThat(statuses).containsOnlyOnce(201).containsOnly(201, 409);
    }

    @Test
    void aWeakPasswordIsRefusedWithEveryRuleItBreaks() {
        app.post("signup", Map.of("email", TestApp.address(), "password", "abc"))
                .then()
                .statusCode(400)
                .body("error", equalTo("Password does not meet the requirements"))
                .body("details", hasSize(4))
                .body(
                        "details",
                        hasItems(
                                "Password must have at least 8 characters",
                                "Password must contain an uppercase letter"));
    }

    @Test
    void aBadBodyIsRefusedPolitely() {
        for (Object body : List.of(
                "{}",
                "[]",
                "null",
                "{",
                Map.of("email", "nobody", "password", TestApp.PASSWORD),
                Map.of("email", "a@b.example\r\nBcc: c@d.example", "password", TestApp.PASSWORD),
                Map.of("email", "a".repeat(250) + "@b.example", "password", TestApp.PASSWORD),
                Map.of("email", List.of("a@b.example"), "password", TestApp.PASSWORD),
                Map.of("email", TestApp.address()),
                Map.of("email", TestApp.address(), "password", "Aa1!" + "x".repeat(300)),
                Map.of("email", TestApp.address(), "password", TestApp.PASSWORD, "display_name", "x".repeat(101)),
                Map.of("email", TestApp.address(), "password", TestApp.PASSWORD, "display_name", "a\u0000b"))) {
            app.post("signup", body).then().statusCode(400).body("error", matchesPattern(".+"));
        }
    }

    @Test
    void theMailedCodeVerifiesTheAddressOnce() {
        String email = TestApp.address();
        app.signUp(email);
        String code = TestApp.mailedCode(email, "Verify");

        app.post("verify-email", Map.of("email", email, "code", code)).then().statusCode(200);

        app.login(email).then().body("user.email_verified", equalTo(true));
        app.post("verify-email", Map.of("email", email, "code", code))
                .then()
                .statusCode(400)
                .body("error", equalTo("The code was already used"));
    }

    @Test
    void anExpiredCodeSaysSoOnlyToWhoKnowsIt() {
        String email = TestApp.address();
        app.signUp(email);
        String code = TestApp.mailedCode(email, "Verify");
        app.update("UPDATE ghee.one_time_codes SET expires_at = now() WHERE user_id = (SELECT id FROM ghee.users"
                + " WHERE email = '" + email + "')");

        app.post("verify-email", Map.of("email", email, "code", code))
                .then()
                .statusCode(400)
                .body("error", equalTo("The code has expired"));
        app.post("verify-email", Map.of("email", email, "code", otherThan(code)))
                .then()
                .statusCode(400)
                .body("error", equalTo("The code is not valid"));
    }

    @Test
    void fiveWrongGuessesKillACodeEvenInParallel() throws Exception {
        String email = TestApp.address();
        app.signUp(email);
        String code = TestApp.mailedCode(email, "Verify");
        Callable<Response> guess = () -> app.post("verify-email", Map.of("email", email, "code", otherThan(code)));

        try (var guessers = Executors.newFixedThreadPool(10)) {
            for (var done :
                    guessers.invokeAll(Stream.generate(() -> guess).limit(10).toList())) {
                done.get().then().statusCode(400).body("error", equalTo("The code is not valid"));
            }
        }

        app.post("verify-email", Map.of("email", email, "code", code))
                .then()
                .statusCode(400)
                .body("error", equalTo("The code is not valid"));
        assertThat(app.query("SELECT failures FROM ghee.one_time_codes c JOIN ghee.users u ON u.id = c.user_id"
                        + " WHERE email = '" + email + "'"))
                .isEqualTo("5");
    }

    @Test
    void newCodesDoNotGiveNewGuessesForever() {
        String email = TestApp.address();
        app.signUp(email);
        app.post("forgot-password", Map.of("email", email)).then().statusCode(200);
        TestApp.mailedCode(email, "Reset");
        app.update("UPDATE ghee.one_time_codes SET recent_failures = 20 WHERE purpose = 'reset_password'");
        app.post("forgot-password", Map.of("email", email)).then().statusCode(200);
        TestApp.awaitMails(email, 3);
        String code = TestApp.mailedCode(email, "Reset");

        reset(Map.of("email", email, "code", code, "new_password", NEW_PASSWORD))
                .then()
                .statusCode(400);
        // The long token cannot be guessed, so its owner still gets in.
        reset(Map.of("token", TestApp.mailedToken(email), "newPassword", NEW_PASSWORD))
                .then()
                .statusCode(200);
    }

    @Test
    void theMailedCodeResetsThePasswordAndEndsSessions() {
        String email = TestApp.address();
        app.signUp(email);
        TestApp.Session session = app.session(email);
        app.post("forgot-password", Map.of("email", email)).then().statusCode(200);
        String code = TestApp.mailedCode(email, "Reset");

        reset(Map.of("email", email, "code", code, "new_password", "weak"))
                .then()
                .statusCode(400)
                .body("error", equalTo("Password does not meet the requirements"));
        reset(Map.of("email", email, "code", code, "new_password", NEW_PASSWORD))
                .then()
                .statusCode(200);

        app.refresh(session.refresh()).then().statusCode(401);
        app.login(email).then().statusCode(401);
        app.post("login", Map.of("email", email, "password", NEW_PASSWORD))
                .then()
                .statusCode(200)
                .body("user.email_verified", equalTo(true));
        reset(Map.of("email", email, "code", code, "new_password", NEW_PASSWORD))
                .then()
                .statusCode(400)
                .body("error", equalTo("The code was already used"));
    }

    @Test
    void theMailedTokenAloneResetsThePasswordAsTheSdkSendsIt() {
        String email = TestApp.address();
        app.signUp(email);
        app.post("forgot-password", Map.of("email", email)).then().statusCode(200);
        String token = TestApp.mailedToken(email);

        reset(Map.of("token", token, "newPassword", NEW_PASSWORD)).then().statusCode(200);

        app.post("login", Map.of("email", email, "password", NEW_PASSWORD))
                .then()
                .statusCode(200);
        reset(Map.of("token", token, "newPassword", NEW_PASSWORD)).then().statusCode(400);
        reset(Map.of("token", "x".repeat(43), "newPassword", NEW_PASSWORD))
                .then()
                .statusCode(400);
        reset(Map.of("token", "123456", "newPassword", NEW_PASSWORD))
                .then()
                .statusCode(400)
                .body("details[0].path", equalTo("email"));
    }

    @Test
    void anotherAppsCodesAndTokensAreOfNoUse() {
        TestApp other = TestApp.create();
        String email = TestApp.address();
        app.signUp(email);
        other.signUp(email);
        app.post("forgot-password", Map.of("email", email)).then().statusCode(200);
        String token = TestApp.mailedToken(email);
        String code = TestApp.mailedCode(email, "Reset");
        TestApp.Session session = app.session(email);

        other.post("reset-password", Map.of("token", token, "newPassword", NEW_PASSWORD))
                .then()
                .statusCode(400);
        other.post("reset-password", Map.of("email", email, "code", code, "new_password", NEW_PASSWORD))
                .then()
                .statusCode(400);
        other.refresh(session.refresh()).then().statusCode(401);
        other.me(session.access()).then().statusCode(401);
        app.refresh(session.refresh()).then().statusCode(200);
    }

    @Test
    void askingForAResetTellsNobodyWhoHasAnAccount() {
        String email = TestApp.address();
        app.signUp(email);

        Response known = app.post("forgot-password", Map.of("email", email));
        Response unknown = app.post("forgot-password", Map.of("email", TestApp.address()));

        known.then().statusCode(200);
        assertThat(unknown.statusCode()).isEqualTo(200);
        assertThat(unknown.asString()).isEqualTo(known.asString());
    }

    @Test
    void theLimitsCountPerAppAndAnswerWhenToComeBack() {
        TestApp limited = TestApp.create();
        for (int i = 0; i < 10; i++) {
            login(limited).then().statusCode(401);
        }

        login(limited)
                .then()
                .statusCode(429)
                .header("Retry-After", matchesPattern("[1-9]\\d{0,2}"))
                .body("error", equalTo("Too many requests; try again later"));
        login(app).then().statusCode(401);
        limited.login(TestApp.address()).then().statusCode(401);
    }

    private static Response login(TestApp app) {
        return given().contentType("application/json")
                .body(Map.of("email", TestApp.address(), "password", TestApp.PASSWORD))
                .post("/auth/{app}/login", app.id);
    }

    private Response reset(Map<String, String> body) {
        return app.post("reset-password", body);
    }

    private static String otherThan(String code) {
        return code.equals("000000") ? "000001" : "000000";
    }
}
