package dev.ghee.control.auth;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.hasSize;

import dev.ghee.testkit.StackResource;
import dev.ghee.testkit.token.ForgedTokens;
import dev.ghee.testkit.token.Jws;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.math.BigInteger;
import java.security.KeyFactory;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(StackResource.class)
class KeysIT {
    private final String email = TestApp.address();

    @SuppressWarnings("NullAway.Init")
    private TestApp app;

    @BeforeEach
    void create() {
        app = TestApp.create();
        app.signUp(email);
    }

    @Test
    void thereIsNoKeyBeforeTheFirstSignIn() {
        given().get("/auth/{app}/.well-known/jwks.json", app.id)
                .then()
                .statusCode(200)
                .body("keys", hasSize(0));
    }

    @Test
    void manyFirstSignInsAtOnceMakeOneKey() throws Exception {
        Callable<String> signIn = () -> kid(app.session(email).access());

        List<String> kids;
        try (var users = Executors.newFixedThreadPool(8)) {
            kids = users.invokeAll(Stream.generate(() -> signIn).limit(8).toList()).stream()
                    .map(done -> done.resultNow())
                    .toList();
        }

        assertThat(kids).hasSize(8).containsOnly(kids.getFirst());
        assertThat(app.query("SELECT count(*) FROM ghee.signing_keys")).isEqualTo("1");
        given().get("/auth/{app}/.well-known/jwks.json", app.id).then().body("keys.kid", contains(kids.getFirst()));
    }

    @Test
    void thePrivateKeyIsStoredSealed() {
        app.session(email);

        assertThat(app.query("SELECT private_key FROM ghee.signing_keys"))
                .matches("[A-Za-z0-9+/]{16}:[A-Za-z0-9+/=]{1000,}:[A-Za-z0-9+/]{22}==");
    }

    @Test
    void tokensOfARotatedKeyLiveOn() {
        TestApp.Session before = app.session(email);

        String newKid = rotate(false);

        TestApp.Session after = app.session(email);
        assertThat(kid(after.access())).isEqualTo(newKid).isNotEqualTo(kid(before.access()));
        app.me(before.access()).then().statusCode(200);
        app.me(after.access()).then().statusCode(200);
        given().get("/auth/{app}/.well-known/jwks.json", app.id)
                .then()
                .body("keys.kid", contains(newKid, kid(before.access())));
    }

    @Test
    void tokensOfALeakedKeyAreRefusedAtOnce() {
        TestApp.Session before = app.session(email);
        app.me(before.access()).then().statusCode(200);

        rotate(true);

        app.me(before.access()).then().statusCode(401);
        app.me(TestApp.Session.of(app.refresh(before.refresh())).access())
                .then()
                .statusCode(200);
    }

    @Test
    void onlyAdministratorsRotate() {
        TestApp.Session session = app.session(email);

        given().post("/v1/{app}/auth/keys/rotate", app.id).then().statusCode(401);
        given().auth()
                .oauth2(session.access())
                .post("/v1/{app}/auth/keys/rotate", app.id)
                .then()
                .statusCode(403);
        TestApp.owner()
                .post("/v1/{app}/auth/keys/rotate", "app_000000000000")
                .then()
                .statusCode(404);
    }

    /** Reliability case 22, over HTTP. */
    @Test
    void noForgeryGetsIn() throws Exception {
        String genuine = app.session(email).access();
        RSAPublicKey key = publicKey();
        TestApp neighbour = TestApp.create();
        neighbour.signUp(email);

        var softly = new SoftAssertions();
        ForgedTokens.byOutsiders(genuine, key).forEach((name, token) -> {
            if (token.length() < 7_000 && token.chars().allMatch(c -> c > ' ')) {
                softly.assertThat(app.me(token).statusCode()).as(name).isEqualTo(401);
                softly.assertThat(given().auth()
                                .oauth2(token)
                                .get("/v1/{app}/admin/auth/users", app.id)
                                .statusCode())
                        .as("administration: " + name)
                        .isEqualTo(401);
            }
        });
        softly.assertThat(app.me(neighbour.session(email).access()).statusCode())
                .as("another app's token")
                .isEqualTo(401);
        softly.assertThat(app.me(genuine).statusCode()).as("the real one").isEqualTo(200);
        softly.assertAll();
    }

    private RSAPublicKey publicKey() throws Exception {
        JsonPath keys = given().get("/auth/{app}/.well-known/jwks.json", app.id).jsonPath();
        Base64.Decoder base64 = Base64.getUrlDecoder();
        return (RSAPublicKey) KeyFactory.getInstance("RSA")
                .generatePublic(new RSAPublicKeySpec(
                        new BigInteger(1, base64.decode(keys.getString("keys[0].n"))),
                        new BigInteger(1, base64.decode(keys.getString("keys[0].e")))));
    }

    private String rotate(boolean refuseOldTokens) {
        return TestApp.owner()
                .queryParam("refuse_old_tokens", refuseOldTokens)
                .post("/v1/{app}/auth/keys/rotate", app.id)
                .then()
                .statusCode(200)
                .extract()
                .path("kid");
    }

    private static String kid(String token) {
        return new JsonPath(Jws.parse(token).header()).getString("kid");
    }
}
