package dev.ghee.control.auth;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;

import dev.ghee.testkit.StackResource;
import dev.ghee.testkit.token.ForgedCurveTokens;
import dev.ghee.testkit.token.Jws;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.security.PublicKey;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What access tokens say, who may say more, and how they are signed. */
@QuarkusTest
@WithTestResource(StackResource.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TokensIT {
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
    void aTokenSaysHowItsSessionBegan() {
        JsonPath claims = claims(app.session(email).access());

        assertThat(claims.getString("aud")).isEqualTo(app.id);
        assertThat(claims.getString("aal")).isEqualTo("aal1");
        assertThat(claims.getList("amr")).isEqualTo(List.of("pwd"));
        assertThat(claims.getString("session_id")).isEqualTo(claims.getString("sid"));
        assertThat(claims.getString("jti")).hasSize(36);
        assertThat(claims.getBoolean("is_anonymous")).isFalse();
    }

    @Test
    void administratorsGiveClaimsThatPoliciesSee() {
        app.update("CREATE TABLE public.plans (id int PRIMARY KEY, plan text)");
        app.update("INSERT INTO public.plans VALUES (1, 'free'), (2, 'pro')");
        app.update("ALTER TABLE public.plans ENABLE ROW LEVEL SECURITY");
        app.update("GRANT SELECT ON public.plans TO butterbase_user");
        app.update("CREATE POLICY p ON public.plans TO butterbase_user"
                + " USING (plan = current_setting('request.jwt.claims')::json ->> 'plan')");

        put(Map.of("claims", Map.of("plan", "pro", "seats", 3, "teams", List.of("a", "b"))))
                .then()
                .statusCode(200)
                .body("claims.plan", equalTo("pro"));

        String access = app.session(email).access();
        JsonPath claims = claims(access);
        assertThat(claims.getString("plan")).isEqualTo("pro");
        assertThat(claims.getInt("seats")).isEqualTo(3);
        assertThat(claims.getList("teams")).isEqualTo(List.of("a", "b"));
        given().auth()
                .oauth2(access)
                .get("/v1/{app}/plans", app.id)
                .then()
                .statusCode(200)
                .body("id", contains(2));
        TestApp.owner()
                .get("/v1/{app}/admin/auth/users/{id}/claims", app.id, userId)
                .then()
                .body("claims.seats", equalTo(3));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sub", "iss", "aud", "exp", "app_id", "aal", "amr", "session_id", "role", "is_anonymous"})
    void aReservedNameIsRefused(String name) {
        put(Map.of("claims", Map.of(name, "x")))
                .then()
                .statusCode(400)
                .body("error.code", equalTo("VALIDATION_INVALID_INPUT"));
    }

    @Test
    void reservedNamesInTheTableDoNotReachATokenEither() {
        app.update("UPDATE ghee.users SET claims = '{\"aal\":\"aal2\",\"sub\":\"x\",\"ok\":1}' WHERE id = '" + userId
                + "'");

        JsonPath claims = claims(app.session(email).access());

        assertThat(claims.getString("aal")).isEqualTo("aal1");
        assertThat(claims.getString("sub")).isEqualTo(userId);
        assertThat(claims.getInt("ok")).isEqualTo(1);
    }

    @Test
    void claimsAreLimitedAndForAdministratorsOnly() {
        put(Map.of("claims", Map.of("x", "y".repeat(4_100)))).then().statusCode(400);
        put(Map.of("claims", Map.of("x".repeat(65), 1))).then().statusCode(400);
        put(Map.of("claims", List.of(1))).then().statusCode(400);
        put(Map.of("claims", "x")).then().statusCode(400);
        put("{}").then().statusCode(400);
        put("null").then().statusCode(400);
        put("{\"claims\":{\"n\":1e400,\"s\":\"\\ud800\"}}").then().statusCode(200);
        assertThat(app.login(email).statusCode()).isEqualTo(200);
        put("{\"claims\":{\"s\":\"\\u0000\"}}").then().statusCode(400);
        put("{\"claims\":" + "[".repeat(2000) + "]".repeat(2000) + "}").then().statusCode(400);
        String access = app.session(email).access();
        String path = "/v1/{app}/admin/auth/users/{id}/claims";
        given().auth()
                .oauth2(access)
                .contentType(ContentType.JSON)
                .body("{\"claims\":{}}")
                .put(path, app.id, userId)
                .then()
                .statusCode(403);
        given().get(path, app.id, userId).then().statusCode(403);
        TestApp.owner().get(path, app.id, "nonsense").then().statusCode(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ES256", "EdDSA"})
    void anAppMaySignWithACurveAndOlderTokensLiveOn(String algorithm) throws Exception {
        TestApp curve = TestApp.create();
        curve.signUp(email);
        String old = curve.session(email).access();

        configure(curve, algorithm).then().statusCode(200).body("jwt_config.signingAlgorithm", equalTo(algorithm));

        TestApp.Session session = curve.session(email);
        JsonPath header = new JsonPath(Jws.parse(session.access()).header());
        assertThat(header.getString("alg")).isEqualTo(algorithm);
        curve.me(session.access()).then().statusCode(200);
        curve.me(old).then().statusCode(200);
        curve.me(TestApp.Session.of(curve.refresh(session.refresh())).access())
                .then()
                .statusCode(200);
        given().get("/auth/{app}/.well-known/jwks.json", curve.id)
                .then()
                .body("keys.alg", contains(algorithm, "RS256"))
                .body("keys[0].kid", equalTo(header.getString("kid")));
        noForgeryGetsIn(curve, session.access());
    }

    private static void noForgeryGetsIn(TestApp app, String genuine) throws JoseException {
        String set = given().get("/auth/{app}/.well-known/jwks.json", app.id).asString();
        PublicKey key =
                (PublicKey) new JsonWebKeySet(set).getJsonWebKeys().getFirst().getKey();
        var softly = new SoftAssertions();
        ForgedCurveTokens.byOutsiders(genuine, key)
                .forEach((name, token) ->
                        softly.assertThat(app.me(token).statusCode()).as(name).isEqualTo(401));
        softly.assertAll();
    }

    @Test
    void anAppMayBeginWithACurveAndRotateOnIt() {
        TestApp curve = TestApp.create();
        configure(curve, "ES256").then().statusCode(200);
        curve.signUp(email);

        TestApp.owner().post("/v1/{app}/auth/keys/rotate", curve.id).then().statusCode(200);

        assertThat(new JsonPath(Jws.parse(curve.session(email).access()).header()).getString("alg"))
                .isEqualTo("ES256");
        assertThat(curve.query("SELECT count(*) FROM ghee.signing_keys WHERE alg = 'ES256'"))
                .isEqualTo("2");
    }

    @Test
    void anUnknownAlgorithmIsRefused() {
        for (String algorithm : List.of("none", "HS256", "rs256", "")) {
            configure(app, algorithm).then().statusCode(400);
        }
    }

    private static Response configure(TestApp app, String algorithm) {
        return TestApp.owner()
                .contentType(ContentType.JSON)
                .body(Map.of("signingAlgorithm", algorithm))
                .patch("/v1/{app}/config/jwt", app.id);
    }

    private Response put(Object body) {
        return TestApp.owner()
                .contentType(ContentType.JSON)
                .body(body)
                .put("/v1/{app}/admin/auth/users/{id}/claims", app.id, userId);
    }

    private static JsonPath claims(String access) {
        return new JsonPath(Jws.parse(access).payload());
    }
}
