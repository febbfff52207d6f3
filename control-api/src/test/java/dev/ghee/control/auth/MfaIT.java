package dev.ghee.control.auth;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import com.eatthepath.otp.TimeBasedOneTimePasswordGenerator;
import dev.ghee.testkit.StackResource;
import dev.ghee.testkit.token.Jws;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Reliability case 25, its half about second factors. */
@QuarkusTest
@WithTestResource(StackResource.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MfaIT {
    private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

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

    /** @param secret of the authenticator app */
    private record Enrolled(String access, String secret, List<String> recoveryCodes) {}

    private Enrolled enrolled() {
        TestApp.Session session = app.session(email);
        String secret = post("enroll", session.access(), "{}").path("secret");
        Response confirmed = post("enroll/confirm", session.access(), Map.of("code", code(secret, -1)));
        confirmed.then().statusCode(200);
        return new Enrolled(confirmed.path("access_token"), secret, confirmed.path("recovery_codes"));
    }

    @Test
    void enrolmentGivesWhatAuthenticatorAppsTake() {
        TestApp.Session session = app.session(email);

        Response enrolled = post("enroll", session.access(), "{}");

        enrolled.then()
                .statusCode(200)
                .body("success", equalTo(true))
                .body("otpauth_url", containsString("otpauth://totp/"))
                .body("otpauth_url", containsString("secret=" + enrolled.path("secret")));
        assertThat(enrolled.<String>path("secret")).matches("[A-Z2-7]{32}");
        assertThat(app.query("SELECT secret FROM ghee.totp_factors WHERE user_id = '" + userId + "'"))
                .doesNotContain(enrolled.<String>path("secret"))
                .contains(":");
    }

    @Test
    void aSecretThatWasNeverConfirmedChangesNothing() {
        post("enroll", app.session(email).access(), "{}").then().statusCode(200);

        app.login(email).then().statusCode(200).body("access_token", notNullValue());
    }

    @Test
    void aUserWithoutFactorsSeesNoDifference() {
        app.login(email)
                .then()
                .statusCode(200)
                .body("mfa_required", nullValue())
                .body("challenge_token", nullValue());
    }

    @Test
    void signingInNeedsBothFactorsThenAndTheTokenSaysSo() {
        Enrolled factor = enrolled();
        assertThat(claims(factor.access()).getString("aal")).isEqualTo("aal2");

        Response login = app.login(email);
        login.then()
                .statusCode(200)
                .body("mfa_required", equalTo(true))
                .body("challenge_expires_in", equalTo(300))
                .body("factors", contains("totp", "recovery_code"))
                .body("access_token", nullValue())
                .body("refresh_token", nullValue());
        Response answered = challenge(login, "code", code(factor.secret(), 0));

        TestApp.Session session = TestApp.Session.of(answered);
        JsonPath claims = claims(session.access());
        assertThat(claims.getString("aal")).isEqualTo("aal2");
        assertThat(claims.getList("amr")).isEqualTo(List.of("pwd", "otp", "mfa"));
        TestApp.Session refreshed = TestApp.Session.of(app.refresh(session.refresh()));
        assertThat(claims(refreshed.access()).getString("aal")).isEqualTo("aal2");
        app.me(refreshed.access()).then().statusCode(200);
    }

    @Test
    void aCodeIsGoodOnce() {
        Enrolled factor = enrolled();
        String code = code(factor.secret(), 0);
        challenge(app.login(email), "code", code).then().statusCode(200);

        Response second = app.login(email);
        challenge(second, "code", code).then().statusCode(400).body("error", equalTo("The code is not valid"));
        challenge(second, "code", code(factor.secret(), -1)).then().statusCode(400);
        challenge(second, "code", code(factor.secret(), 1)).then().statusCode(200);
    }

    @Test
    void ofManyWhoShowTheSameCodeAtOnceOneGetsIn() throws Exception {
        Enrolled factor = enrolled();
        List<Response> logins =
                IntStream.range(0, 5).mapToObj(_ -> app.login(email)).toList();
        String code = code(factor.secret(), 0);

        List<Integer> answers;
        try (var all = Executors.newFixedThreadPool(5)) {
            answers = all
                    .invokeAll(logins.stream()
                            .map(login -> (Callable<Integer>)
                                    () -> challenge(login, "code", code).statusCode())
                            .toList())
                    .stream()
                    .map(done -> done.resultNow())
                    .toList();
        }

        assertThat(answers).containsOnlyOnce(200).hasSize(5);
    }

    @Test
    void aChallengeIsGoodOnce() {
        Enrolled factor = enrolled();
        Response login = app.login(email);
        challenge(login, "code", code(factor.secret(), 0)).then().statusCode(200);

        challenge(login, "code", code(factor.secret(), 1))
                .then()
                .statusCode(401)
                .body("error", equalTo("The challenge has expired; sign in again"));
    }

    @Test
    void guessingEndsAfterFiveAttemptsEvenForTheRightCodeAndInParallel() throws Exception {
        Enrolled factor = enrolled();
        Response login = app.login(email);
        String wrong = code(factor.secret(), 100);
        Callable<Integer> guess = () -> challenge(login, "code", wrong).statusCode();

        List<Integer> answers;
        try (var many = Executors.newFixedThreadPool(12)) {
            answers = many.invokeAll(Stream.generate(() -> guess).limit(12).toList()).stream()
                    .map(done -> done.resultNow())
                    .toList();
        }

        assertThat(answers).filteredOn(status -> status == 400).hasSize(5);
        assertThat(answers).filteredOn(status -> status == 429).hasSize(7);
        challenge(login, "code", code(factor.secret(), 0)).then().statusCode(429);
        challenge(app.login(email), "recovery_code", factor.recoveryCodes().getFirst())
                .then()
                .statusCode(429);
        app.update("UPDATE ghee.totp_factors SET attempts_since = now() - interval '16 minutes' WHERE user_id = '"
                + userId + "'");
        challenge(login, "code", code(factor.secret(), 0)).then().statusCode(200);
    }

    @Test
    void aRecoveryCodeWorksOnceInAnySpelling() {
        Enrolled factor = enrolled();
        assertThat(factor.recoveryCodes()).hasSize(10).doesNotHaveDuplicates();
        String code = factor.recoveryCodes().getFirst();

        challenge(
                        app.login(email),
                        "recovery_code",
                        " " + code.toUpperCase(java.util.Locale.ROOT).replace("-", " "))
                .then()
                .statusCode(200);

        challenge(app.login(email), "recovery_code", code).then().statusCode(400);
        given().auth()
                .oauth2(factor.access())
                .get("/auth/{app}/mfa", app.id)
                .then()
                .statusCode(200)
                .body("totp", equalTo(true))
                .body("recovery_codes_left", equalTo(9));
        assertThat(app.query("SELECT count(*) FROM ghee.recovery_codes WHERE encode(code_hash, 'escape') LIKE '%"
                        + code.substring(0, 5) + "%'"))
                .isEqualTo("0");
    }

    @Test
    void newRecoveryCodesReplaceTheOldOnes() {
        Enrolled factor = enrolled();

        Response renewed = post("recovery-codes", factor.access(), Map.of("code", code(factor.secret(), 0)));

        renewed.then().statusCode(200).body("recovery_codes", hasSize(10));
        challenge(app.login(email), "recovery_code", factor.recoveryCodes().getFirst())
                .then()
                .statusCode(400);
        challenge(app.login(email), "recovery_code", renewed.path("recovery_codes[0]"))
                .then()
                .statusCode(200);
    }

    @Test
    void anOpenSessionIsSteppedUpAndPoliciesSeeIt() {
        app.update("CREATE TABLE IF NOT EXISTS public.vault (id int PRIMARY KEY)");
        app.update("INSERT INTO public.vault VALUES (1) ON CONFLICT DO NOTHING");
        app.update("ALTER TABLE public.vault ENABLE ROW LEVEL SECURITY");
        app.update("GRANT SELECT ON public.vault TO butterbase_user");
        app.update("CREATE POLICY strong ON public.vault TO butterbase_user"
                + " USING (current_setting('request.jwt.claims')::json ->> 'aal' = 'aal2')");
        TestApp.Session before = app.session(email);
        Enrolled factor = enrolled();

        rows(before.access()).then().statusCode(200).body("", hasSize(0));
        Response raised = post("verify", before.access(), Map.of("code", code(factor.secret(), 0)));

        raised.then().statusCode(200).body("refresh_token", nullValue());
        rows(raised.path("access_token")).then().body("id", contains(1));
        TestApp.Session refreshed = TestApp.Session.of(app.refresh(before.refresh()));
        assertThat(claims(refreshed.access()).getString("aal")).isEqualTo("aal2");
        assertThat(claims(refreshed.access()).getList("amr")).isEqualTo(List.of("pwd", "otp", "mfa"));
    }

    @Test
    void takingTheFactorAwayNeedsTheFactor() {
        Enrolled factor = enrolled();

        post("disable", factor.access(), Map.of("code", "000000")).then().statusCode(400);
        post("enroll", factor.access(), "{}").then().statusCode(409);
        post("disable", factor.access(), Map.of("code", code(factor.secret(), 0)))
                .then()
                .statusCode(200)
                .body("success", equalTo(true));

        app.login(email).then().statusCode(200).body("access_token", notNullValue());
    }

    @Test
    void anAdministratorHelpsWhoLostThePhone() {
        enrolled();
        String path = "/v1/{app}/admin/auth/users/{id}/mfa";

        TestApp.owner().get(path, app.id, userId).then().statusCode(200).body("totp", equalTo(true));
        TestApp.owner().delete(path, app.id, userId).then().statusCode(200).body("removed", equalTo(true));

        app.login(email).then().statusCode(200).body("access_token", notNullValue());
        given().get(path, app.id, userId).then().statusCode(403);
    }

    @Test
    void aResetPasswordVoidsAChallengeOfTheOldOne() {
        Enrolled factor = enrolled();
        Response login = app.login(email);
        app.post("forgot-password", Map.of("email", email)).then().statusCode(200);
        app.post("reset-password", Map.of("token", TestApp.mailedToken(email), "newPassword", "Another-Horse-8"))
                .then()
                .statusCode(200);

        challenge(login, "code", code(factor.secret(), 0)).then().statusCode(401);
    }

    @Test
    void whoeverImpersonatesTheUserDoesNotChangeItsFactors() {
        TestApp.Session session = app.session(email);
        app.update("UPDATE ghee.sessions SET amr = '{impersonation}' WHERE user_id = '" + userId + "'");

        post("enroll", session.access(), "{}").then().statusCode(403);
    }

    @Test
    void badBodiesAreRefusedPolitely() {
        String access = app.session(email).access();
        for (String body :
                List.of("", "{}", "null", "[]", "{\"code\":{\"a\":1}}", "{\"code\":\"\"}", "{\"code\":[[1]]}")) {
            for (String route : List.of("enroll/confirm", "verify", "disable", "recovery-codes", "challenge")) {
                assertThat(post(route, access, body).statusCode())
                        .as(route + " " + body)
                        .isEqualTo(400);
            }
        }
        post("enroll/confirm", access, Map.of("code", "123456")).then().statusCode(400);
        post("verify", access, Map.of("code", "\ud83d\ude00")).then().statusCode(400);
        post("verify", access, Map.of("recovery_code", "x".repeat(300))).then().statusCode(400);
        post("challenge", access, Map.of("challenge_token", "x", "code", "123456"))
                .then()
                .statusCode(401);
        given().contentType(ContentType.JSON)
                .body("{}")
                .post("/auth/{app}/mfa/enroll", app.id)
                .then()
                .statusCode(401);
    }

    private Response challenge(Response login, String field, String code) {
        return app.post("mfa/challenge", Map.of("challenge_token", login.path("challenge_token"), field, code));
    }

    private Response post(String route, String access, Object body) {
        return given().header("x-rate-limit-bypass", TestApp.BYPASS)
                .auth()
                .oauth2(access)
                .contentType(ContentType.JSON)
                .body(body)
                .post("/auth/{app}/mfa/" + route, app.id);
    }

    private Response rows(String access) {
        return given().auth().oauth2(access).get("/v1/{app}/vault", app.id);
    }

    private static JsonPath claims(String access) {
        return new JsonPath(Jws.parse(access).payload());
    }

    /** @param steps of thirty seconds from now */
    private static String code(String secret, int steps) {
        try {
            return new TimeBasedOneTimePasswordGenerator()
                    .generateOneTimePasswordString(
                            new SecretKeySpec(decoded(secret), "HmacSHA1"),
                            Instant.now().plusSeconds(30L * steps));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] decoded(String base32) {
        byte[] bytes = new byte[base32.length() * 5 / 8];
        int buffer = 0;
        int bits = 0;
        int next = 0;
        for (char c : base32.toCharArray()) {
            buffer = (buffer << 5) | BASE32.indexOf(c);
            bits += 5;
            if (bits >= 8) {
                bytes[next++] = (byte) (buffer >> (bits - 8));
                bits -= 8;
            }
        }
        return bytes;
    }
}
