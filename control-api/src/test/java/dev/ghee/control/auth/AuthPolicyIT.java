package dev.ghee.control.auth;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.nullValue;

import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(StackResource.class)
class AuthPolicyIT {
    private static final String NEW_PASSWORD = "Better-Horse-8";

    @SuppressWarnings("NullAway.Init")
    private TestApp app;

    @BeforeEach
    void create() {
        app = TestApp.create();
    }

    @Test
    void anAppChoosesItsPasswordRulesAndTheyHoldEverywhere() {
        get().then()
                .statusCode(200)
                .body("password.min_length", equalTo(8))
                .body("password.refuse_common", equalTo("exact"))
                .body("prevent_enumeration", equalTo(false))
                .body("captcha", nullValue());
        patch(Map.of(
                        "password",
                        Map.of(
                                "min_length",
                                12,
                                "require_special",
                                false,
                                "require_digit",
                                false,
                                "refuse_common",
                                "variants")))
                .then()
                .statusCode(200)
                .body("password.min_length", equalTo(12))
                .body("password.require_uppercase", equalTo(true));

        String email = TestApp.address();
        signUp(email, "Short-7")
                .then()
                .statusCode(400)
                .body("details", equalTo(List.of("Password must have at least 12 characters")));
        signUp(email, "Sunshine123456!")
                .then()
                .statusCode(400)
                .body("details", equalTo(List.of("Password is one of the commonest; choose another one")));
        signUp(email, "HorseBatteryStaple").then().statusCode(201);
        app.post("forgot-password", Map.of("email", email)).then().statusCode(200);
        app.post("reset-password", Map.of("token", TestApp.mailedToken(email), "newPassword", "Short-7"))
                .then()
                .statusCode(400)
                .body("details", hasItem("Password must have at least 12 characters"));
        TestApp.owner()
                .contentType(ContentType.JSON)
                .body(Map.of("email", TestApp.address(), "password", "Short-7"))
                .post("/v1/{app}/admin/auth/users", app.id)
                .then()
                .statusCode(400);
        TestApp.owner()
                .queryParam("event_type", "config.auth_policy_updated")
                .get("/v1/{app}/audit-logs", app.id)
                .then()
                .body("logs[0].event_data.password.min_length", equalTo(12));
    }

    @Test
    void breachedPasswordsAreRefusedWithoutTellingWhichTheyAre() throws Exception {
        try (var service = new ScriptedService()) {
            System.setProperty("ghee.end-user-auth.password.breaches-url", service.url() + "range/");
            patch(Map.of("password", Map.of("refuse_breached", true))).then().statusCode(200);

            // SHA-1 of Correct-Horse-7 begins elsewhere; padding does not count.
            service.answers(200, sha1(TestApp.PASSWORD).substring(5) + ":0\r\n" + "0".repeat(35) + ":3");
            signUp(TestApp.address(), TestApp.PASSWORD).then().statusCode(201);
            service.answers(200, sha1(TestApp.PASSWORD).substring(5) + ":12\r\n");
            signUp(TestApp.address(), TestApp.PASSWORD)
                    .then()
                    .statusCode(400)
                    .body("details", equalTo(List.of("Password has appeared in a data breach; choose another one")));
            service.answers(500, "");
            signUp(TestApp.address(), TestApp.PASSWORD).then().statusCode(201);

            assertThat(service.heard())
                    .containsOnly("/range/" + sha1(TestApp.PASSWORD).substring(0, 5) + " ");
        } finally {
            System.clearProperty("ghee.end-user-auth.password.breaches-url");
        }
    }

    @Test
    void aCaptchaIsAskedForWhereTheAppWantsOne() throws Exception {
        String email = TestApp.address();
        app.signUp(email);
        try (var provider = new ScriptedService()) {
            System.setProperty("ghee.captcha.turnstile-url", provider.url());
            patch(Map.of("captcha", Map.of("provider", "turnstile", "secret", "s3cret-of-the-app")))
                    .then()
                    .statusCode(200)
                    .body("captcha.provider", equalTo("turnstile"))
                    .body("captcha.size()", equalTo(1));
            provider.answers(200, "{\"success\":true}");

            app.login(email).then().statusCode(400).body("details[0].path", equalTo("captcha_token"));
            login(email, "solved").then().statusCode(200);
            assertThat(provider.heard())
                    .singleElement()
                    .asString()
                    .contains("secret=s3cret-of-the-app", "response=solved");
            provider.answers(200, "{\"success\":false,\"error-codes\":[\"timeout-or-duplicate\"]}");
            login(email, "solved").then().statusCode(400);
            app.post("forgot-password", Map.of("email", email)).then().statusCode(400);
            app.post("magic-link", Map.of("email", email)).then().statusCode(400);
            signUp(TestApp.address(), TestApp.PASSWORD).then().statusCode(400);
            for (var answer : List.of("", "[", "{}", "[]", "{\"success\":\"yes\"}")) {
                provider.answers(200, answer);
                assertThat(login(email, "solved").statusCode()).isIn(400, 502);
            }
            // An outage is no way round.
            provider.answers(503, "");
            login(email, "solved").then().statusCode(502);

            patch("{\"captcha\":null}").then().statusCode(200).body("captcha", nullValue());
            app.login(email).then().statusCode(200);
        } finally {
            System.clearProperty("ghee.captcha.turnstile-url");
        }
    }

    @Test
    void aUserChangesThePasswordAndEndsTheOtherSessions() {
        String email = TestApp.address();
        String id = app.signUp(email);
        TestApp.Session other = app.session(email);
        TestApp.Session here = app.session(email);

        change(here.access(), Map.of("new_password", NEW_PASSWORD)).then().statusCode(400);
        change(here.access(), Map.of("current_password", "Wrong-Horse-7", "new_password", NEW_PASSWORD))
                .then()
                .statusCode(401);
        change(here.access(), Map.of("current_password", TestApp.PASSWORD, "new_password", "weak"))
                .then()
                .statusCode(400)
                .body("details", hasItem("Password must have at least 8 characters"));
        given().contentType(ContentType.JSON)
                .body(Map.of("current_password", TestApp.PASSWORD, "new_password", NEW_PASSWORD))
                .post("/auth/{app}/change-password", app.id)
                .then()
                .statusCode(401);
        change(impersonation(id), Map.of("current_password", TestApp.PASSWORD, "new_password", NEW_PASSWORD))
                .then()
                .statusCode(403);

        change(here.access(), Map.of("current_password", TestApp.PASSWORD, "new_password", NEW_PASSWORD))
                .then()
                .statusCode(200);

        app.login(email).then().statusCode(401);
        app.post("login", Map.of("email", email, "password", NEW_PASSWORD))
                .then()
                .statusCode(200);
        app.refresh(other.refresh()).then().statusCode(401);
        app.refresh(here.refresh()).then().statusCode(200);
        // A session that showed two factors needs no current password.
        app.update("UPDATE ghee.sessions SET aal = 2 WHERE user_id = '" + id + "'");
        change(here.access(), Map.of("new_password", "Another-Horse-9")).then().statusCode(200);
    }

    @Test
    void aBadPolicyIsRefusedAndOnlyAdministratorsSeeOne() {
        for (Object body : List.of(
                "[]",
                "7",
                "{}",
                "{\"captcha\":7}",
                "{\"captcha\":{\"provider\":\"turnstile\"}}",
                "{\"captcha\":{\"provider\":\"me\",\"secret\":\"x\"}}",
                "{\"captcha\":{\"provider\":\"turnstile\",\"secret\":\"" + "x".repeat(300) + "\"}}",
                "{\"captcha\":{\"provider\":\"turnstile\",\"secret\":\"a\\u0000b\"}}",
                "{\"password\":[[]]}",
                "{\"password\":{\"min_length\":5}}",
                "{\"password\":{\"min_length\":65}}",
                "{\"password\":{\"min_length\":1e300}}",
                "{\"password\":{\"refuse_common\":\"maybe\"}}",
                "{\"prevent_enumeration\":\"perhaps\"}")) {
            patch(body).then().statusCode(400);
        }
        String email = TestApp.address();
        app.signUp(email);
        String token = app.session(email).access();
        given().get("/v1/{app}/config/auth-policy", app.id).then().statusCode(403);
        given().auth()
                .oauth2(token)
                .get("/v1/{app}/config/auth-policy", app.id)
                .then()
                .statusCode(403);
        TestApp.owner()
                .get("/v1/{app}/config/auth-policy", "app_000000000000")
                .then()
                .statusCode(404);
    }

    private String impersonation(String id) {
        return TestApp.owner()
                .contentType(ContentType.JSON)
                .body("{}")
                .post("/v1/{app}/admin/auth/users/{id}/impersonate", app.id, id)
                .path("access_token");
    }

    private Response change(String token, Object body) {
        return given().auth()
                .oauth2(token)
                .contentType(ContentType.JSON)
                .body(body)
                .post("/auth/{app}/change-password", app.id);
    }

    private Response login(String email, String captcha) {
        return app.post("login", Map.of("email", email, "password", TestApp.PASSWORD, "captcha_token", captcha));
    }

    private Response signUp(String email, String password) {
        return app.post("signup", Map.of("email", email, "password", password));
    }

    private Response get() {
        return TestApp.owner().get("/v1/{app}/config/auth-policy", app.id);
    }

    private Response patch(Object body) {
        return TestApp.owner().contentType(ContentType.JSON).body(body).patch("/v1/{app}/config/auth-policy", app.id);
    }

    private static String sha1(String text) throws Exception {
        return java.util.HexFormat.of()
                .withUpperCase()
                .formatHex(java.security.MessageDigest.getInstance("SHA-1")
                        .digest(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }
}
