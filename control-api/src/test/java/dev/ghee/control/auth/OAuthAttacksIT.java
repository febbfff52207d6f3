package dev.ghee.control.auth;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ghee.control.auth.oauth.LocalEndpoints;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.smallrye.jwt.algorithm.SignatureAlgorithm;
import io.smallrye.jwt.build.JwtClaimsBuilder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reliability case 23: nobody is signed in as somebody else, and no token goes astray. */
@QuarkusTest
@WithTestResource(StackResource.class)
class OAuthAttacksIT {
    private static final String ISSUER = "https://accounts.google.com";
    private static final String CLIENT = "client-of-google";
    private static final ScriptedProvider PROVIDER = ScriptedProvider.start();

    @SuppressWarnings("NullAway.Init")
    private static TestApp app;

    private final String subject = UUID.randomUUID().toString();

    @SuppressWarnings("NullAway.Init")
    private OAuthBrowser browser;

    @BeforeEach
    void setUp() {
        LocalEndpoints.at(PROVIDER.base());
        PROVIDER.on("/google/keys", PROVIDER.keySet());
        if (app == null) {
            app = TestApp.create();
            OAuthBrowser.configure(app, "google", Map.of());
            OAuthBrowser.configure(app, "facebook", Map.of());
        }
        browser = new OAuthBrowser(app);
    }

    @AfterAll
    static void close() {
        PROVIDER.close();
    }

    /** Builds an id_token from good claims and the nonce. */
    private interface Forgery extends BiFunction<JwtClaimsBuilder, String, String> {}

    static Stream<Arguments> forgeries() {
        var other = ScriptedProvider.rsa();
        return Stream.of(
                forgery("another issuer", (claims, nonce) -> PROVIDER.signed(claims.issuer("https://evil.example"))),
                forgery(
                        "an issuer that begins alike",
                        (claims, nonce) -> PROVIDER.signed(claims.issuer(ISSUER + ".evil.example"))),
                forgery("another client", (claims, nonce) -> PROVIDER.signed(claims.audience("somebody-else"))),
                forgery(
                        "several clients and no party",
                        (claims, nonce) -> PROVIDER.signed(claims.audience(java.util.Set.of(CLIENT, "else")))),
                forgery(
                        "another authorized party",
                        (claims, nonce) -> PROVIDER.signed(claims.claim("azp", "somebody-else"))),
                forgery(
                        "expired",
                        (claims, nonce) -> PROVIDER.signed(claims.expiresAt(System.currentTimeMillis() / 1000 - 120))),
                forgery("another nonce", (claims, nonce) -> PROVIDER.signed(claims.claim("nonce", nonce + "x"))),
                forgery("another type of nonce", (claims, nonce) -> PROVIDER.signed(claims.claim("nonce", 7))),
                forgery(
                        "another's key",
                        (claims, nonce) ->
                                claims.jws().keyId(ScriptedProvider.KID).sign(other.getPrivate())),
                forgery(
                        "an unknown key",
                        (claims, nonce) -> claims.jws().keyId("made-up").sign(other.getPrivate())),
                forgery(
                        "the client secret as key",
                        (claims, nonce) -> claims.jws()
                                .algorithm(SignatureAlgorithm.HS256)
                                .keyId(ScriptedProvider.KID)
                                .sign(new SecretKeySpec(
                                        "secret-of-google-secret-of-google".getBytes(StandardCharsets.UTF_8),
                                        "HmacSHA256"))),
                forgery(
                        "the public key as secret",
                        (claims, nonce) -> claims.jws()
                                .algorithm(SignatureAlgorithm.HS256)
                                .keyId(ScriptedProvider.KID)
                                .sign(new SecretKeySpec(
                                        PROVIDER.keys.getPublic().getEncoded(), "HmacSHA256"))),
                forgery("algorithm none", (claims, nonce) -> withoutSignature(PROVIDER.signed(claims), "none")),
                forgery("algorithm NONE", (claims, nonce) -> withoutSignature(PROVIDER.signed(claims), "NONE")),
                forgery("no signature", (claims, nonce) -> withoutSignature(PROVIDER.signed(claims), "RS256")),
                forgery("changed claims", (claims, nonce) -> {
                    String[] real = PROVIDER.signed(claims).split("\\.");
                    String[] changed =
                            PROVIDER.signed(claims.subject("somebody-else")).split("\\.");
                    return real[0] + "." + changed[1] + "." + real[2];
                }),
                forgery("no token", (claims, nonce) -> "a.b.c"));
    }

    private static Arguments forgery(String name, Forgery forgery) {
        return Arguments.of(name, forgery);
    }

    private static String withoutSignature(String token, String algorithm) {
        String header = "{\"alg\":\"" + algorithm + "\",\"kid\":\"" + ScriptedProvider.KID + "\"}";
        return Base64.getUrlEncoder().withoutPadding().encodeToString(header.getBytes(StandardCharsets.UTF_8)) + "."
                + token.split("\\.")[1] + ".";
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("forgeries")
    void aForgedIdTokenSignsNobodyIn(String name, Forgery forgery) {
        Map<String, String> asked = browser.leave("google");
        script(forgery.apply(claims(asked.get("nonce")), asked.get("nonce")));

        Response end = browser.comeBack("google", Map.of("code", "c", "state", asked.get("state")));

        assertThat(end.statusCode()).isEqualTo(400);
        assertThat(end.asString()).isEqualTo("{\"error\":\"The provider did not confirm the sign-in\"}");
        assertThat(app.query("SELECT count(*) FROM ghee.identities WHERE subject = '" + subject + "'"))
                .isEqualTo("0");
    }

    /** The other side of the table above: the same claims, unforged. */
    @Test
    void theGenuineIdTokenSignsIn() {
        Map<String, String> asked = browser.leave("google");
        script(PROVIDER.signed(claims(asked.get("nonce"))));

        browser.tokens(browser.comeBack("google", Map.of("code", "c", "state", asked.get("state"))));
    }

    @Test
    void anIdTokenOfAnEarlierSignInIsOfNoUse() {
        Map<String, String> first = browser.leave("google");
        String token = PROVIDER.signed(claims(first.get("nonce")));
        script(token);
        browser.tokens(browser.comeBack("google", Map.of("code", "c", "state", first.get("state"))));

        Map<String, String> second = browser.leave("google");

        assertThat(browser.comeBack("google", Map.of("code", "c", "state", second.get("state")))
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void madeUpKeyIdsDoNotHaveTheKeysReadEachTime() {
        Forgery unknown = (claims, nonce) ->
                claims.jws().keyId(UUID.randomUUID().toString()).sign(PROVIDER.keys.getPrivate());
        for (int i = 0; i < 5; i++) {
            Map<String, String> asked = browser.leave("google");
            script(unknown.apply(claims(asked.get("nonce")), ""));
            browser.comeBack("google", Map.of("code", "c", "state", asked.get("state")))
                    .then()
                    .statusCode(400);
        }

        assertThat(PROVIDER.count("/google/keys")).isLessThanOrEqualTo(2);
    }

    @Test
    void aStateWorksOnce() {
        Map<String, String> asked = browser.leave("google");
        script(PROVIDER.signed(claims(asked.get("nonce"))));
        Map<String, String> answer = Map.of("code", "c", "state", asked.get("state"));
        browser.tokens(browser.comeBack("google", answer));
        long exchanges = PROVIDER.count("/google/token");

        assertThat(browser.comeBack("google", answer).statusCode()).isEqualTo(400);
        assertThat(PROVIDER.count("/google/token")).isEqualTo(exchanges);
    }

    @Test
    void aStateThatIsTooOldIsRefused() {
        Map<String, String> asked = browser.leave("google");
        app.update("UPDATE ghee.oauth_flows SET expires_at = now() - interval '1 second'");

        assertRefused("google", browser, asked.get("state"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "00000000000000000000000000000000", "' OR 1=1 --", "%00", "\uD83D\uDCA9"})
    void aMadeUpStateIsRefused(String state) {
        assertRefused("google", browser, state);
    }

    /** Somebody begins a sign-in as themselves and has another person finish it: login CSRF. */
    @Test
    void nobodyFinishesWhatAnotherBrowserBegan() {
        Map<String, String> attacker = browser.leave("google");
        OAuthBrowser victim = new OAuthBrowser(app);
        victim.leave("google");

        assertRefused("google", victim, attacker.get("state"));
        assertRefused("google", new OAuthBrowser(app), browser.leave("google").get("state"));
    }

    @Test
    void theAnswerOfOneProviderIsNotTakenForAnothers() {
        assertRefused("facebook", browser, browser.leave("google").get("state"));

        Map<String, String> asked = browser.leave("google");
        script(PROVIDER.signed(claims(asked.get("nonce"))));
        Response mixedUp = browser.comeBack(
                "google", Map.of("code", "c", "state", asked.get("state"), "iss", "https://evil.example"));
        assertThat(mixedUp.statusCode()).isEqualTo(400);
    }

    @Test
    void anotherAppsStateIsUnknown() {
        TestApp other = TestApp.create();
        OAuthBrowser.configure(other, "google", Map.of());
        String state = browser.leave("google").get("state");
        OAuthBrowser there = new OAuthBrowser(other);
        there.cookies().putAll(browser.cookies());

        assertRefused("google", there, state);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example/",
                "//evil.example/",
                "http://localhost:3000@evil.example/",
                "http://localhost:3000\\@evil.example/",
                "http://localhost:3000/\r\nSet-Cookie: a=b",
                "javascript:alert(1)",
                "http://localhost:3000/?access_token=theirs"
            })
    void theBrowserIsSentToNobodyElsesPage(String page) {
        Response answer = given().header("x-rate-limit-bypass", TestApp.BYPASS)
                .redirects()
                .follow(false)
                .queryParam("redirect_to", page)
                .get("/auth/{app}/oauth/google", app.id);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.getHeader("Location")).isNull();
    }

    @Test
    void aPageThatIsNoLongerAllowedGetsNoTokens() {
        TestApp own = TestApp.create();
        OAuthBrowser.configure(own, "google", Map.of());
        OAuthBrowser there = new OAuthBrowser(own);
        Map<String, String> asked = there.leave("google");
        TestApp.owner()
                .contentType("application/json")
                .body(Map.of("allowed_origins", List.of("https://other.example")))
                .patch("/v1/{app}/config/cors", own.id)
                .then()
                .statusCode(200);

        assertRefused("google", there, asked.get("state"));
    }

    @Test
    void onlyConfiguredRedirectUrisAreUsed() {
        given().header("x-rate-limit-bypass", TestApp.BYPASS)
                .redirects()
                .follow(false)
                .queryParam("redirect_uri", "https://evil.example/callback")
                .get("/auth/{app}/oauth/google", app.id)
                .then()
                .statusCode(400);
    }

    @Test
    void whoeverDoesNotWantToGoesBackWithoutTokens() {
        String state = browser.leave("google").get("state");

        Response end = browser.comeBack("google", Map.of("error", "access_denied", "state", state));

        assertThat(end.getHeader("Location")).isEqualTo(OAuthBrowser.PAGE + "?error=access_denied");
        assertRefused("google", browser, state);
    }

    @Test
    void aCustomProviderLeadsNowhereInside() {
        for (String issuer : List.of("https://169.254.169.254", "https://10.0.0.1", "https://[::1]:5432")) {
            OAuthBrowser.configure(app, "inside", Map.of("issuer", issuer));

            Response answer = given().header("x-rate-limit-bypass", TestApp.BYPASS)
                    .redirects()
                    .follow(false)
                    .get("/auth/{app}/oauth/inside", app.id);

            assertThat(answer.statusCode()).as(issuer).isEqualTo(502);
            assertThat(answer.asString()).isEqualTo("{\"error\":\"The provider could not be reached\"}");
        }
    }

    @Test
    void aDisabledOrUnknownProviderIsNotThere() {
        OAuthBrowser.configure(app, "discord", Map.of("enabled", false));
        for (String name : List.of("discord", "nobody", "email", "%00", "..%2f..%2f", "A".repeat(300))) {
            int status = given().urlEncodingEnabled(false)
                    .redirects()
                    .follow(false)
                    .header("x-rate-limit-bypass", TestApp.BYPASS)
                    .get("/auth/" + app.id + "/oauth/" + name)
                    .statusCode();
            assertThat(status).as(name).isIn(400, 404);
        }
    }

    @Test
    void theAddressWithTokensIsNeitherKeptNorPassedOn() {
        Map<String, String> asked = browser.leave("google");
        script(PROVIDER.signed(claims(asked.get("nonce"))));

        Response end = browser.comeBack("google", Map.of("code", "c", "state", asked.get("state")));

        assertThat(end.getHeader("Cache-Control")).isEqualTo("no-store");
        assertThat(end.getHeader("Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(Duration.ofSeconds(Long.parseLong(
                        OAuthBrowser.parameters(end.getHeader("Location")).get("expires_in"))))
                .isEqualTo(Duration.ofMinutes(15));
    }

    private void assertRefused(String provider, OAuthBrowser by, String state) {
        Map<String, String> answer = new HashMap<>(Map.of("code", "c"));
        answer.put("state", state);
        Response end = by.comeBack(provider, answer);
        assertThat(end.statusCode()).as(end.asString()).isEqualTo(400);
        assertThat(end.getHeader("Location")).isNull();
    }

    private JwtClaimsBuilder claims(String nonce) {
        return PROVIDER.claims(ISSUER, CLIENT, subject).claim("nonce", nonce);
    }

    private static void script(String idToken) {
        PROVIDER.on("/google/token", "{\"access_token\":\"a\",\"id_token\":\"" + idToken + "\"}");
    }
}
