package dev.ghee.control.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import dev.ghee.control.auth.ScriptedProvider.Reply;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is particular about each provider. */
@QuarkusTest
@WithTestResource(StackResource.class)
class OAuthProvidersIT {
    private static final ScriptedProvider PROVIDER = ScriptedProvider.start();

    @SuppressWarnings("NullAway.Init")
    private static TestApp app;

    private final String subject = UUID.randomUUID().toString();
    private final String email = TestApp.address();

    @SuppressWarnings("NullAway.Init")
    private OAuthBrowser browser;

    @BeforeEach
    void setUp() {
        if (app == null) {
            app = TestApp.create();
        }
        dev.ghee.control.auth.oauth.LocalEndpoints.at(PROVIDER.base());
        browser = new OAuthBrowser(app);
    }

    @AfterAll
    static void close() {
        PROVIDER.close();
    }

    @Test
    void googleSaysItInTheIdToken() {
        OAuthBrowser.configure(app, "google", Map.of());
        Map<String, String> asked = browser.leave("google");
        PROVIDER.on("/google/keys", PROVIDER.keySet())
                .on(
                        "/google/token",
                        idToken(PROVIDER.signed(
                                PROVIDER.claims("https://accounts.google.com", "client-of-google", subject)
                                        .claim("nonce", asked.get("nonce"))
                                        .claim("email", email)
                                        .claim("email_verified", true)
                                        .claim("name", "Ada"))));

        var session = browser.tokens(browser.comeBack("google", Map.of("code", "c", "state", asked.get("state"))));

        assertThat(asked)
                .containsEntry("scope", "openid email profile")
                .containsEntry("access_type", "offline")
                .containsEntry("response_type", "code")
                .containsEntry("redirect_uri", OAuthBrowser.callback(app, "google"));
        assertThat(asked.get("state")).hasSize(32);
        assertThat(PROVIDER.last("/google/token").form())
                .containsEntry("client_secret", "secret-of-google")
                .containsEntry("grant_type", "authorization_code")
                .containsEntry("redirect_uri", OAuthBrowser.callback(app, "google"));
        assertThat(challenge(PROVIDER.last("/google/token").form().get("code_verifier")))
                .isEqualTo(asked.get("code_challenge"));
        app.me(session.access())
                .then()
                .body("email", equalTo(email))
                .body("email_verified", equalTo(true))
                .body("provider", equalTo("google"))
                .body("display_name", equalTo("Ada"));
        app.refresh(session.refresh()).then().statusCode(200);
    }

    @Test
    void githubsPrivateAddressComesFromTheList() {
        OAuthBrowser.configure(app, "github", Map.of());
        PROVIDER.on("/github/token", accessToken())
                .on("/github/me", "{\"id\":" + Math.abs(subject.hashCode()) + ",\"login\":\"ada\",\"email\":null}")
                .on(
                        "/github/me/emails",
                        "[{\"email\":\"old@example.com\",\"primary\":false,\"verified\":true},{\"email\":\"" + email
                                + "\",\"primary\":true,\"verified\":true}]");

        var session = browser.tokens(browser.signIn("github"));

        assertThat(PROVIDER.last("/github/me").authorization()).isEqualTo("Bearer an-access-token");
        app.me(session.access())
                .then()
                .body("email", equalTo(email))
                .body("email_verified", equalTo(true))
                .body("display_name", equalTo("ada"));
    }

    @Test
    void githubsUnverifiedAddressStaysUnverified() {
        OAuthBrowser.configure(app, "github", Map.of());
        PROVIDER.on("/github/token", accessToken())
                .on("/github/me", "{\"id\":" + Math.abs(subject.hashCode()) + ",\"login\":\"ada\"}")
                .on("/github/me/emails", "[{\"email\":\"" + email + "\",\"primary\":true,\"verified\":false}]");

        var session = browser.tokens(browser.signIn("github"));

        app.me(session.access()).then().body("email", equalTo(email)).body("email_verified", equalTo(false));
    }

    @Test
    void facebookTakesCommasAndVouchesForNoAddress() {
        OAuthBrowser.configure(app, "facebook", Map.of());
        PROVIDER.on("/facebook/token", accessToken())
                .on(
                        "/facebook/me",
                        "{\"id\":\"" + subject + "\",\"name\":\"Ada\",\"email\":\"" + email
                                + "\",\"picture\":{\"data\":{\"url\":\"https://cdn.example/a.png\"}}}");
        Map<String, String> asked = browser.leave("facebook");

        var session = browser.tokens(browser.comeBack("facebook", Map.of("code", "c", "state", asked.get("state"))));

        assertThat(asked).containsEntry("scope", "email,public_profile");
        assertThat(PROVIDER.last("/facebook/me").form()).containsEntry("fields", "id,name,email,picture");
        app.me(session.access())
                .then()
                .body("email", equalTo(email))
                .body("email_verified", equalTo(false))
                .body("avatar_url", equalTo("https://cdn.example/a.png"));
    }

    @Test
    void discordWithoutAnAddressGetsAPlaceholder() {
        OAuthBrowser.configure(app, "discord", Map.of());
        String id = Long.toString(Math.abs(subject.hashCode()));
        PROVIDER.on("/discord/token", accessToken())
                .on("/discord/me", "{\"id\":\"" + id + "\",\"username\":\"ada\",\"avatar\":\"abc\"}");

        var session = browser.tokens(browser.signIn("discord"));

        app.me(session.access())
                .then()
                .body("email", equalTo(id + "@users.noreply.discord.local"))
                .body("email_verified", equalTo(false))
                .body("avatar_url", equalTo("https://cdn.discordapp.com/avatars/" + id + "/abc.png"));
    }

    @Test
    void microsoftsAddressIsTheMailboxElseThePrincipalAndNotVerified() {
        OAuthBrowser.configure(app, "microsoft", Map.of());
        Map<String, String> asked = browser.leave("microsoft");
        String tenant = UUID.randomUUID().toString();
        PROVIDER.on("/microsoft/keys", PROVIDER.keySet())
                .on(
                        "/microsoft/token",
                        idToken(PROVIDER.signed(PROVIDER.claims(
                                        "https://login.microsoftonline.com/" + tenant + "/v2.0",
                                        "client-of-microsoft",
                                        "pair")
                                .claim("tid", tenant)
                                .claim("oid", subject)
                                .claim("email", email)
                                .claim("email_verified", true)
                                .claim("nonce", asked.get("nonce")))))
                .on(
                        "/microsoft/me",
                        "{\"id\":\"" + subject + "\",\"displayName\":\"Ada\",\"mail\":null,\"userPrincipalName\":\""
                                + email + "\"}");

        var session = browser.tokens(browser.comeBack("microsoft", Map.of("code", "c", "state", asked.get("state"))));

        app.me(session.access()).then().body("email", equalTo(email)).body("email_verified", equalTo(false));
    }

    @Test
    void linkedinGivesAnIdTokenWithoutANonce() {
        OAuthBrowser.configure(app, "linkedin", Map.of());
        PROVIDER.on("/linkedin/keys", PROVIDER.keySet())
                .on(
                        "/linkedin/token",
                        idToken(PROVIDER.signed(
                                PROVIDER.claims("https://www.linkedin.com/oauth", "client-of-linkedin", subject)
                                        .claim("email", email)
                                        .claim("email_verified", "true"))));
        Map<String, String> asked = browser.leave("linkedin");

        var session = browser.tokens(browser.comeBack("linkedin", Map.of("code", "c", "state", asked.get("state"))));

        assertThat(asked).doesNotContainKeys("nonce", "code_challenge");
        app.me(session.access()).then().body("email_verified", equalTo(true));
    }

    @Test
    void appleComesBackByPostAndGetsATokenAsSecret() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair key = generator.generateKeyPair();
        String pem = "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(key.getPrivate().getEncoded())
                + "\n-----END PRIVATE KEY-----\n";
        OAuthBrowser.configure(
                app, "apple", Map.of("provider_metadata", Map.of("teamId", "TEAM", "keyId", "KEY", "privateKey", pem)));
        Map<String, String> asked = browser.leave("apple");
        PROVIDER.on("/apple/keys", PROVIDER.keySet())
                .on(
                        "/apple/token",
                        idToken(PROVIDER.signed(PROVIDER.claims("https://appleid.apple.com", "client-of-apple", subject)
                                .claim("nonce", asked.get("nonce"))
                                .claim("email", email)
                                .claim("email_verified", "true"))));

        var session = browser.tokens(
                browser.comeBackWithForm(
                        "apple",
                        Map.of(
                                "code", "c",
                                "state", asked.get("state"),
                                "id_token", "not.looked.at",
                                "user",
                                        "{\"name\":{\"firstName\":\"Ada\",\"lastName\":\"L\"},\"email\":\"other@example.com\"}")));

        assertThat(asked)
                .containsEntry("response_mode", "form_post")
                .containsEntry("response_type", "code id_token")
                .containsEntry("scope", "name email");
        assertThat(browser.cookies())
                .as("over http no cookie comes back with a POST")
                .isEmpty();
        assertIsAppleSecret(PROVIDER.last("/apple/token").form().get("client_secret"), key);
        app.me(session.access())
                .then()
                .body("display_name", equalTo("Ada L"))
                .body("email", equalTo(email))
                .body("email_verified", equalTo(true));
        TestApp.owner()
                .get("/v1/{app}/auth/oauth-config/apple", app.id)
                .then()
                .body("provider_metadata.teamId", equalTo("TEAM"))
                .body("provider_metadata.privateKey", nullValue());
    }

    private static void assertIsAppleSecret(String secret, KeyPair key) throws Exception {
        String[] parts = secret.split("\\.");
        var header = new JsonPath(decoded(parts[0]));
        var claims = new JsonPath(decoded(parts[1]));
        assertThat(header.getString("alg")).isEqualTo("ES256");
        assertThat(header.getString("kid")).isEqualTo("KEY");
        assertThat(claims.getString("iss")).isEqualTo("TEAM");
        assertThat(claims.getString("sub")).isEqualTo("client-of-apple");
        assertThat(claims.getString("aud")).isEqualTo("https://appleid.apple.com");
        Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
        signature.initVerify(key.getPublic());
        signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
        assertThat(signature.verify(Base64.getUrlDecoder().decode(parts[2]))).isTrue();
    }

    @Test
    void xGetsBasicAuthenticationPkceAndAPlaceholder() {
        OAuthBrowser.configure(app, "x", Map.of("client_secret", "se:cr et"));
        String name = "Ada_" + Math.abs(subject.hashCode());
        PROVIDER.on("/x/token", accessToken())
                .on("/x/me", "{\"data\":{\"id\":\"" + subject + "\",\"name\":\"Ada\",\"username\":\"" + name + "\"}}");
        Map<String, String> asked = browser.leave("x");

        var session = browser.tokens(browser.comeBack("x", Map.of("code", "c", "state", asked.get("state"))));

        assertThat(asked)
                .containsEntry("code_challenge_method", "S256")
                .containsEntry("scope", "tweet.read users.read");
        ScriptedProvider.Call exchange = PROVIDER.last("/x/token");
        assertThat(exchange.form()).doesNotContainKey("client_secret");
        assertThat(new String(
                        Base64.getDecoder().decode(exchange.authorization().substring("Basic ".length())),
                        StandardCharsets.UTF_8))
                .isEqualTo("client-of-x:se%3Acr+et");
        assertThat(challenge(exchange.form().get("code_verifier"))).isEqualTo(asked.get("code_challenge"));
        app.me(session.access())
                .then()
                .body("email", equalTo(name.toLowerCase(java.util.Locale.ROOT) + "@users.noreply.x.local"))
                .body("email_verified", equalTo(false));
    }

    @Test
    void aCustomProviderHasEndpointsOfItsOwn() {
        OAuthBrowser.configure(
                app,
                "my-sso",
                Map.of(
                        "authorization_url",
                        "https://sso.example/authorize?tenant=7",
                        "token_url",
                        PROVIDER.base() + "/sso/token",
                        "userinfo_url",
                        PROVIDER.base() + "/sso/me",
                        "scopes",
                        java.util.List.of("profile")));
        PROVIDER.on("/sso/token", accessToken())
                .on(
                        "/sso/me",
                        "{\"id\":42,\"email\":\"" + email
                                + "\",\"email_verified\":true,\"display_name\":\"Ada\",\"avatar_url\":\"http://plain.example/a.png\"}");
        Map<String, String> asked = browser.leave("my-sso");

        var session = browser.tokens(browser.comeBack("my-sso", Map.of("code", "c", "state", asked.get("state"))));

        assertThat(asked)
                .containsEntry("tenant", "7")
                .containsEntry("scope", "profile")
                .containsKey("code_challenge");
        app.me(session.access())
                .then()
                .body("provider", equalTo("my-sso"))
                .body("email_verified", equalTo(true))
                .body("avatar_url", nullValue());
    }

    @Test
    void withoutAPageTheAnswerIsJson() {
        OAuthBrowser.configure(app, "facebook", Map.of());
        PROVIDER.on("/facebook/token", accessToken()).on("/facebook/me", "{\"id\":\"" + subject + "\"}");
        Map<String, String> asked = browser.leave("facebook", Map.of());

        browser.comeBack("facebook", Map.of("code", "c", "state", asked.get("state")))
                .then()
                .statusCode(200)
                .body("token_type", equalTo("Bearer"))
                .body("user.email_verified", equalTo(false));
    }

    @Test
    void aProviderThatRefusesOrBreaksIsNoFaultOfOurs() {
        OAuthBrowser.configure(app, "facebook", Map.of());
        PROVIDER.on("/facebook/token", _ -> new Reply(400, "{\"error\":\"invalid_grant\"}"));
        browser.signIn("facebook").then().statusCode(400);
        PROVIDER.on("/facebook/token", _ -> new Reply(500, "<html>"));
        browser.signIn("facebook").then().statusCode(400);
        PROVIDER.on("/facebook/token", "[]");
        browser.signIn("facebook").then().statusCode(400);
        PROVIDER.on("/facebook/token", accessToken()).on("/facebook/me", "{\"id\":{}}");
        browser.signIn("facebook")
                .then()
                .statusCode(400)
                .body("error", equalTo("The provider did not confirm the sign-in"));

        TestApp.owner()
                .get("/v1/{app}/audit-logs?event_type=auth.oauth_failed", app.id)
                .then()
                .body(
                        "logs.error_message.join(' ')",
                        org.hamcrest.Matchers.containsString("answered 400 invalid_grant"));
    }

    private static String accessToken() {
        return "{\"access_token\":\"an-access-token\",\"token_type\":\"bearer\"}";
    }

    private static String idToken(String token) {
        return "{\"access_token\":\"an-access-token\",\"id_token\":\"" + token + "\"}";
    }

    private static String decoded(String part) {
        return new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8);
    }

    static String challenge(String verifier) {
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(
                            MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII)));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
