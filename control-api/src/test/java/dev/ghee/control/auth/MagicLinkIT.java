package dev.ghee.control.auth;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

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

/** Reliability case 25, its half about mailed codes and links. */
@QuarkusTest
@WithTestResource(StackResource.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MagicLinkIT {
    private static final String SUBJECT = "Sign in to";

    @SuppressWarnings("NullAway.Init")
    private TestApp app;

    private String email = "";

    @BeforeEach
    void create() {
        if (app == null) {
            app = TestApp.create();
        }
        email = TestApp.address();
    }

    @Test
    void aCodeSignsANewUserIn() {
        Response answer = verify(mailedCode());

        answer.then()
                .statusCode(200)
                .body("user.email", equalTo(email))
                .body("user.email_verified", equalTo(true))
                .body("token_type", equalTo("Bearer"));
        TestApp.Session session = TestApp.Session.of(answer);
        JsonPath claims = new JsonPath(Jws.parse(session.access()).payload());
        assertThat(claims.getList("amr")).isEqualTo(List.of("mail"));
        app.me(session.access()).then().statusCode(200).body("provider", equalTo("email"));
        app.refresh(session.refresh()).then().statusCode(200);
    }

    @Test
    void aVerifiedUserKeepsItsIdAndItsPassword() {
        String id = app.signUp(email);
        app.update("UPDATE ghee.users SET email_verified = true WHERE id = '" + id + "'");
        TestApp.Session before = app.session(email);

        verify(mailedCode()).then().statusCode(200).body("user.id", equalTo(id));

        app.login(email).then().statusCode(200);
        app.me(before.access()).then().statusCode(200);
    }

    /** Somebody else signed up with the address before and waits for its owner. */
    @Test
    void whoeverRegisteredTheAddressBeforeItsOwnerIsOut() {
        String id = app.signUp(email);
        TestApp.Session stranger = app.session(email);

        verify(mailedCode())
                .then()
                .statusCode(200)
                .body("user.id", equalTo(id))
                .body("user.email_verified", equalTo(true));

        app.me(stranger.access()).then().statusCode(401);
        app.refresh(stranger.refresh()).then().statusCode(401);
        app.login(email).then().statusCode(401);
    }

    @Test
    void aCodeIsGoodOnceAlsoForManyAtOnce() throws Exception {
        String code = mailedCode();
        Callable<Integer> signIn = () -> verify(code).statusCode();

        List<Integer> answers;
        try (var many = Executors.newFixedThreadPool(6)) {
            answers = many.invokeAll(Stream.generate(() -> signIn).limit(6).toList()).stream()
                    .map(done -> done.resultNow())
                    .toList();
        }

        assertThat(answers).containsOnlyOnce(200);
        assertThat(answers).filteredOn(status -> status == 400).hasSize(5);
    }

    @Test
    void wrongGuessesKillTheCode() {
        String code = mailedCode();
        String wrong = code.equals("000000") ? "000001" : "000000";

        for (int i = 0; i < 5; i++) {
            verify(wrong).then().statusCode(400);
        }

        verify(code).then().statusCode(400);
    }

    @Test
    void anExpiredCodeIsRefused() {
        String code = mailedCode();
        app.update(
                "UPDATE ghee.magic_codes SET expires_at = now() - interval '1 second' WHERE email = '" + email + "'");

        verify(code).then().statusCode(400);
    }

    @Test
    void theLinkLeadsToTheAppAndOpeningItUsesNothingUp() {
        ask(Map.of("email", email, "redirect_to", "http://localhost:3000/welcome?x=1"))
                .then()
                .statusCode(200);
        String secret = TestApp.mailed(email, SUBJECT, "welcome\\?x=3?D?1#magic_token=3?D?([A-Za-z0-9_-]{43})");

        // What a mail scanner does.
        given().queryParam("token", secret)
                .get("/auth/{app}/magic-link/verify", app.id)
                .then()
                .statusCode(404);
        given().queryParam("token", secret)
                .get("/auth/{app}/magic-link", app.id)
                .then()
                .statusCode(404);

        app.post("magic-link/verify", Map.of("token", secret))
                .then()
                .statusCode(200)
                .body("user.email", equalTo(email));
        app.post("magic-link/verify", Map.of("token", secret)).then().statusCode(400);
    }

    @Test
    void aLinkLeadsToNobodyElsesPage() {
        for (String url : List.of(
                "https://evil.example/",
                "http://localhost:3000.evil.example/",
                "http://localhost:3000@evil.example/",
                "http://user@localhost:3000/",
                "http://localhost:3000/#x",
                "http://localhost:3001/",
                "//localhost:3000/",
                "javascript:alert(1)",
                "http://localhost:3000/\n",
                "http:\\\\localhost:3000",
                "",
                "http://localhost:3000/" + "x".repeat(2000))) {
            ask(Map.of("email", email, "redirect_to", url)).then().statusCode(400);
        }
    }

    @Test
    void theAnswerIsTheSameWhetherThereIsAnAccount() {
        app.signUp(email);
        Response known = ask(Map.of("email", email));
        Response unknown = ask(Map.of("email", TestApp.address()));

        known.then().statusCode(200);
        assertThat(known.asString()).isEqualTo(unknown.asString());
        assertThat(app.query("SELECT count(*) FROM ghee.users WHERE email <> '" + email + "' AND created_at > now()"))
                .isEqualTo("0");
    }

    @Test
    void anotherAppsCodeIsOfNoUse() {
        TestApp other = TestApp.create();
        String code = mailedCode();

        other.post("magic-link/verify", Map.of("email", email, "code", code))
                .then()
                .statusCode(400);
    }

    @Test
    void badBodiesAreRefusedPolitely() {
        for (Object body : List.of("", "{}", "null", "[]", "{\"email\":[1]}", Map.of("email", "x"), "{\"email\":{}}")) {
            assertThat(app.post("magic-link", body).statusCode())
                    .as("ask " + body)
                    .isEqualTo(400);
            assertThat(app.post("magic-link/verify", body).statusCode())
                    .as("verify " + body)
                    .isEqualTo(400);
        }
        for (String token : List.of("", "x", "\ud800", "x".repeat(300), "\u00e9".repeat(43))) {
            app.post("magic-link/verify", Map.of("token", token)).then().statusCode(400);
            app.post("magic-link/verify", Map.of("email", email, "code", token))
                    .then()
                    .statusCode(400);
        }
    }

    @Test
    void callsAreLimited() {
        TestApp other = TestApp.create();
        List<Integer> answers = Stream.generate(() -> given().contentType(ContentType.JSON)
                        .body(Map.of("email", TestApp.address()))
                        .post("/auth/{app}/magic-link", other.id)
                        .statusCode())
                .limit(6)
                .toList();

        assertThat(answers).containsExactly(200, 200, 200, 200, 200, 429);
    }

    private Response ask(Object body) {
        return app.post("magic-link", body);
    }

    private String mailedCode() {
        ask(Map.of("email", email)).then().statusCode(200);
        return TestApp.mailedCode(email, SUBJECT);
    }

    private Response verify(String code) {
        return app.post("magic-link/verify", Map.of("email", email, "code", code));
    }
}
