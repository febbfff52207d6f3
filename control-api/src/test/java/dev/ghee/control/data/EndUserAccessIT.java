package dev.ghee.control.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.contracts.AppState.AccessMode;
import dev.ghee.contracts.AppState.Pause;
import dev.ghee.tenancy.directory.AppDirectory;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import io.smallrye.jwt.build.Jwt;
import jakarta.inject.Inject;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPublicKey;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Reliability case 21, for the data API: tokens and ids of one app are worth nothing in another. */
@QuarkusTest
@WithTestResource(StackResource.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EndUserAccessIT {
    private static final String KEY_ID = "test-key";

    @Inject
    AppDirectory directory;

    private TestApp first;
    private TestApp second;
    private KeyPair firstKey;
    private KeyPair secondKey;
    private long revision = 1_000_000;

    @BeforeEach
    void twoApps() throws SQLException, GeneralSecurityException {
        if (first == null) {
            KeyPairGenerator keys = KeyPairGenerator.getInstance("RSA");
            keys.initialize(2048);
            firstKey = keys.generateKeyPair();
            secondKey = keys.generateKeyPair();
            first = appWithRows("ann");
            second = appWithRows("eve");
        }
        change(first, firstKey, AccessMode.PUBLIC, null);
        change(second, secondKey, AccessMode.PUBLIC, null);
    }

    private static TestApp appWithRows(String owner) throws SQLException {
        TestApp app = TestApp.create(
                "CREATE TABLE notes (id int PRIMARY KEY, owner text)",
                "INSERT INTO notes VALUES (1, '" + owner + "'), (2, 'bob')");
        app.isolate("notes", "owner");
        return app;
    }

    @AfterAll
    void drop() throws SQLException {
        first.close();
        second.close();
    }

    @Test
    void anEndUserSeesAndChangesOnlyItsRows() {
        bearing(first, token(first, firstKey, "ann", 60))
                .get(first.path("notes"))
                .then()
                .statusCode(200)
                .body("owner", contains("ann"));
        bearing(first, token(first, firstKey, "bob", 60))
                .get(first.path("notes"))
                .then()
                .body("id", contains(2));
        bearing(first, token(first, firstKey, "bob", 60))
                .get(first.path("notes/1"))
                .then()
                .statusCode(404);
        bearing(first, token(first, firstKey, "bob", 60))
                .delete(first.path("notes/1"))
                .then()
                .statusCode(404);
        bearing(first, token(first, firstKey, "ann", 60))
                .header("X-Butterbase-As-Role", "service")
                .header("X-Butterbase-As-User", "bob")
                .get(first.path("notes"))
                .then()
                .body("owner", contains("ann"));
    }

    @Test
    void aTokenOfAnotherAppIsRefusedWhateverItSays() {
        String foreign = token(second, secondKey, "ann", 60);
        String forged = token(first, secondKey, "ann", 60);
        for (String token : List.of(foreign, forged)) {
            for (String path : List.of("notes", "notes/1", "missing")) {
                bearing(first, token)
                        .get(first.path(path))
                        .then()
                        .statusCode(401)
                        .body("error.code", equalTo("AUTH_INVALID_END_USER_JWT"));
            }
        }
    }

    @Test
    void rowsOfAnotherAppAreNotThere() {
        String token = token(first, firstKey, "ann", 60);
        assertThat(bearing(first, token).get(first.path("notes")).asString()).doesNotContain("eve");
        bearing(first, token)
                .get("/v1/app_zzzzzzzzzzzz/notes")
                .then()
                .statusCode(404)
                .body("error.code", equalTo("RESOURCE_NOT_FOUND"));
    }

    @Test
    void anExpiredTokenIsToldSo() {
        bearing(first, token(first, firstKey, "ann", -5))
                .get(first.path("notes"))
                .then()
                .statusCode(401)
                .body("error.code", equalTo("AUTH_END_USER_JWT_EXPIRED"));
    }

    @Test
    void aWithdrawnKeyEndsItsTokens() {
        String token = token(first, firstKey, "ann", 60);
        bearing(first, token).get(first.path("notes")).then().statusCode(200);
        change(first, secondKey, AccessMode.PUBLIC, null);
        bearing(first, token).get(first.path("notes")).then().statusCode(401);
    }

    @Test
    void strangersAreKeptOutWhereTheAppSaysSo() {
        change(first, firstKey, AccessMode.AUTHENTICATED, null);
        first.asNobody().get(first.path("notes")).then().statusCode(401).body("error.code", equalTo("AUTH_REQUIRED"));
        bearing(first, token(first, firstKey, "ann", 60))
                .get(first.path("notes"))
                .then()
                .statusCode(200);
    }

    @Test
    void aPausedAppServesNobody() {
        change(first, firstKey, AccessMode.PUBLIC, new Pause("holiday", null));
        first.asService()
                .get(first.path("notes"))
                .then()
                .statusCode(503)
                .header("Retry-After", "60")
                .body("error.code", equalTo("APP_PAUSED"));
    }

    private static RequestSpecification bearing(TestApp app, String token) {
        return app.asNobody().header("Authorization", "Bearer " + token);
    }

    private static String token(TestApp app, KeyPair key, String user, int seconds) {
        long now = System.currentTimeMillis() / 1000;
        return Jwt.issuer("butterbase:app:" + app.id())
                .subject(user)
                .claim("app_id", app.id())
                .issuedAt(now - 60)
                .expiresAt(now + seconds)
                .jws()
                .keyId(KEY_ID)
                .sign(key.getPrivate());
    }

    /** What the app's settings would say, without waiting for them to travel. */
    private void change(TestApp app, KeyPair key, AccessMode mode, @Nullable Pause pause) {
        AppState now = directory.find(new AppId(app.id())).await().atMost(Duration.ofSeconds(10));
        var rsa = (RSAPublicKey) key.getPublic();
        var jwk = new AppState.PublicKey(
                KEY_ID, "RSA", "RS256", base64(rsa.getModulus()), base64(rsa.getPublicExponent()));
        directory.accept(new AppState(
                now.appId(),
                revision++,
                now.name(),
                now.subdomain(),
                now.ownerId(),
                now.organizationId(),
                now.memberIds(),
                now.region(),
                now.status(),
                mode,
                pause,
                now.allowedOrigins(),
                now.anonKey(),
                List.of(jwk),
                now.strictRls(),
                now.limits()));
    }

    private static String base64(BigInteger number) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(number.toByteArray());
    }
}
