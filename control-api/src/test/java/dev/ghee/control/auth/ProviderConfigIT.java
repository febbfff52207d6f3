package dev.ghee.control.auth;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.ghee.control.testing.Api;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Setting providers up. */
@QuarkusTest
@WithTestResource(StackResource.class)
class ProviderConfigIT {
    private static final String ROUTE = "/v1/{app}/auth/oauth-config";

    @SuppressWarnings("NullAway.Init")
    private static TestApp app;

    @BeforeEach
    void setUp() {
        if (app == null) {
            app = TestApp.create();
        }
    }

    @Test
    void aProviderIsSetUpReadChangedAndRemoved() {
        post(google())
                .statusCode(200)
                .body("message", notNullValue())
                .body("config.id", notNullValue())
                .body("config.app_id", equalTo(app.id))
                .body("config.provider", equalTo("google"))
                .body("config.client_id", equalTo("id"))
                .body("config.redirect_uris", contains("https://a.example/cb"))
                .body("config.scopes", contains("openid", "email", "profile"))
                .body("config.enabled", equalTo(true))
                .body("config.authorization_url", nullValue())
                .body("config", not(hasKey("client_secret")));
        TestApp.owner()
                .get(ROUTE, app.id)
                .then()
                .body("configs.find { it.provider == 'google' }.created_at", notNullValue());

        patch("google", Map.of("enabled", false, "scopes", List.of("openid")))
                .statusCode(200)
                .body("config.enabled", equalTo(false))
                .body("config.scopes", contains("openid"))
                .body("config.client_id", equalTo("id"));
        TestApp.owner().get(ROUTE + "/google", app.id).then().body("enabled", equalTo(false));

        TestApp.owner().delete(ROUTE + "/google", app.id).then().statusCode(200).body("provider", equalTo("google"));
        TestApp.owner()
                .get(ROUTE + "/google", app.id)
                .then()
                .statusCode(404)
                .body("error.code", equalTo("RESOURCE_NOT_FOUND"));
        TestApp.owner().delete(ROUTE + "/google", app.id).then().statusCode(404);
        patch("google", Map.of("enabled", true)).statusCode(404);
    }

    @Test
    void postingAgainReplacesAndKeepsTheId() {
        String first = post(with("provider", "github")).extract().path("config.id");
        String second =
                post(with("provider", "github", "client_id", "other")).extract().path("config.id");

        assertThat(second).isEqualTo(first);
        TestApp.owner().get(ROUTE + "/github", app.id).then().body("client_id", equalTo("other"));
    }

    @Test
    void secretsAreStoredSealedForTheirPlaceOnlyAndNeverTold() {
        post(with("provider", "discord", "client_secret", "very-secret-text"));

        String sealed = app.query("SELECT client_secret FROM ghee.oauth_providers WHERE provider = 'discord'");
        assertThat(sealed).matches("[A-Za-z0-9+/]{16}:[A-Za-z0-9+/=]+:[A-Za-z0-9+/]{22}==");
        assertThat(TestApp.owner().get(ROUTE, app.id).asString()).doesNotContain("very-secret-text", sealed);
        assertThat(TestApp.owner().get("/v1/{app}/audit-logs", app.id).asString())
                .contains("auth.oauth_config_created")
                .doesNotContain("very-secret-text");
    }

    /** Sealed with an older key of the installation: opens, and is sealed anew with the current one. */
    @Test
    void aReplacedEncryptionKeyIsTakenOutOfUse() throws Exception {
        post(with("provider", "linkedin", "client_secret", "kept"));
        String old =
                sealWith(Api.config("ghee.previous-encryption-keys"), "oauth SECRET " + app.id + " linkedin", "kept");
        app.update("UPDATE ghee.oauth_providers SET client_secret = '" + old + "' WHERE provider = 'linkedin'");

        TestApp.owner().get(ROUTE + "/linkedin", app.id).then().statusCode(200);

        assertThat(app.query("SELECT client_secret FROM ghee.oauth_providers WHERE provider = 'linkedin'"))
                .isNotEqualTo(old)
                .matches("[^:]+:[^:]+:[^:]+");
    }

    private static String sealWith(String hex, String owner, String secret) throws Exception {
        byte[] iv = new byte[12];
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(
                Cipher.ENCRYPT_MODE,
                new SecretKeySpec(HexFormat.of().parseHex(hex), "AES"),
                new GCMParameterSpec(128, iv));
        cipher.updateAAD(owner.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        byte[] sealed = cipher.doFinal(secret.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        var base64 = java.util.Base64.getEncoder();
        int end = sealed.length - 16;
        return base64.encodeToString(iv) + ":" + base64.encodeToString(Arrays.copyOf(sealed, end)) + ":"
                + base64.encodeToString(Arrays.copyOfRange(sealed, end, sealed.length));
    }

    @Test
    void metadataThatIsReadAndSentBackKeepsItsSecrets() {
        post(with(
                "provider", "my-idp",
                "issuer", "https://idp.example",
                "provider_metadata", Map.of("tenant", "t", "private_key", "hidden")));

        Map<String, Object> shown =
                TestApp.owner().get(ROUTE + "/my-idp", app.id).path("provider_metadata");
        assertThat(shown).containsOnlyKeys("tenant");
        patch("my-idp", Map.of("provider_metadata", Map.of("tenant", "u"))).statusCode(200);

        assertThat(app.query("SELECT length(metadata) > 60 FROM ghee.oauth_providers WHERE provider = 'my-idp'"))
                .isEqualTo("t");
    }

    @Test
    void wellKnownNamesHaveFixedEndpoints() {
        post(with("provider", "google", "token_url", "https://evil.example/token"))
                .statusCode(400)
                .body("error.code", equalTo("VALIDATION_INVALID_SCHEMA"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "null",
                "7",
                "{\"provider\":\"google\"}",
                "{\"provider\":\"email\",\"client_id\":\"a\",\"client_secret\":\"b\",\"redirect_uris\":[\"https://a.example\"]}",
                "{\"provider\":\"Google\",\"client_id\":\"a\",\"client_secret\":\"b\",\"redirect_uris\":[\"https://a.example\"]}",
                "{\"provider\":\"../x\",\"client_id\":\"a\",\"client_secret\":\"b\",\"redirect_uris\":[\"https://a.example\"]}",
                "{\"provider\":\"google\",\"client_id\":\"a\",\"client_secret\":\"b\",\"redirect_uris\":[]}",
                "{\"provider\":\"google\",\"client_id\":\"a\",\"client_secret\":\"b\",\"redirect_uris\":[[]]}",
                "{\"provider\":\"google\",\"client_id\":\"a\",\"client_secret\":\"b\",\"redirect_uris\":[\"/callback\"]}",
                "{\"provider\":\"google\",\"client_id\":\"a\",\"client_secret\":\"b\",\"redirect_uris\":[\"javascript:x\"]}",
                "{\"provider\":\"google\",\"client_id\":\"a\",\"client_secret\":\"b\",\"redirect_uris\":[\"https://u@a.example/\"]}",
                "{\"provider\":\"google\",\"client_id\":1e400,\"client_secret\":\"b\",\"redirect_uris\":[\"https://a.example\"]}",
                "{\"provider\":\"google\",\"client_id\":\"a\",\"redirect_uris\":[\"https://a.example\"]}",
                "{\"provider\":\"google\",\"client_id\":\"a\",\"client_secret\":\"b\",\"redirect_uris\":[\"https://a.example\"],\"scopes\":[\"a b\"]}",
                "{\"provider\":\"google\",\"client_id\":\"a\",\"client_secret\":\"b\",\"redirect_uris\":[\"https://a.example\"],\"enabled\":\"x\"}",
                "{\"provider\":\"google\",\"client_id\":\"a\",\"client_secret\":\"b\",\"redirect_uris\":[\"https://a.example\"],\"provider_metadata\":[]}",
                "{\"provider\":\"mine\",\"client_id\":\"a\",\"client_secret\":\"b\",\"redirect_uris\":[\"https://a.example\"]}",
                "{\"provider\":\"mine\",\"client_id\":\"a\",\"client_secret\":\"b\",\"redirect_uris\":[\"https://a.example\"],\"issuer\":\"http://idp.example\"}",
                "{\"provider\":\"mine\",\"client_id\":\"a\",\"client_secret\":\"b\",\"redirect_uris\":[\"https://a.example\"],\"issuer\":\"https://u:p@idp.example\"}",
                "{\"provider\":\"mine\",\"client_id\":\"a\",\"client_secret\":\"b\",\"redirect_uris\":[\"https://a.example\"],\"issuer\":\"file:///etc/passwd\"}",
                "{\"provider\":\"apple\",\"client_id\":\"a\",\"redirect_uris\":[\"https://a.example\"]}",
                "{\"provider\":\"apple\",\"client_id\":\"a\",\"redirect_uris\":[\"https://a.example\"],\"provider_metadata\":{\"teamId\":\"t\",\"keyId\":\"k\",\"privateKey\":\"nonsense\"}}",
                "{\"provider\":\"microsoft\",\"client_id\":\"a\",\"client_secret\":\"b\",\"redirect_uris\":[\"https://a.example\"],\"provider_metadata\":{\"tenant\":\"../evil\"}}"
            })
    void settingsThatCannotWorkAreRefused(String body) {
        TestApp.owner()
                .contentType("application/json")
                .body(body)
                .post(ROUTE, app.id)
                .then()
                .statusCode(400)
                .body("error.code", equalTo("VALIDATION_INVALID_SCHEMA"));
    }

    @Test
    void onlyAdministratorsSeeOrChangeIt() {
        String email = TestApp.address();
        app.signUp(email);
        String user = app.session(email).access();

        given().get(ROUTE, app.id).then().statusCode(401);
        given().auth().oauth2(user).get(ROUTE, app.id).then().statusCode(403);
        given().auth()
                .oauth2(user)
                .contentType("application/json")
                .body(google())
                .post(ROUTE, app.id)
                .then()
                .statusCode(403);
        Api.stranger().request().get(ROUTE, app.id).then().statusCode(404);
        TestApp.owner().get(ROUTE, "app_000000000000").then().statusCode(404);
        TestApp.owner().get(ROUTE, TestApp.create().id).then().body("configs", hasSize(0));
    }

    private static ValidatableResponse post(Map<String, Object> body) {
        return TestApp.owner()
                .contentType("application/json")
                .body(body)
                .post(ROUTE, app.id)
                .then();
    }

    private static ValidatableResponse patch(String provider, Map<String, Object> body) {
        return TestApp.owner()
                .contentType("application/json")
                .body(body)
                .patch(ROUTE + "/" + provider, app.id)
                .then();
    }

    private static Map<String, Object> google() {
        return with("provider", "google");
    }

    private static Map<String, Object> with(Object... pairs) {
        Map<String, Object> body = new HashMap<>(
                Map.of("client_id", "id", "client_secret", "secret", "redirect_uris", List.of("https://a.example/cb")));
        for (int i = 0; i < pairs.length; i += 2) {
            body.put((String) pairs[i], pairs[i + 1]);
        }
        return body;
    }
}
