package dev.ghee.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ghee.testkit.StackResource;
import dev.ghee.testkit.token.ForgedTokens;
import dev.ghee.testkit.token.Jws;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.interfaces.RSAPublicKey;
import java.util.LinkedHashMap;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

/** Reliability case 22, for what the gateway serves. */
@QuarkusTest
@WithTestResource(StackResource.class)
class ForgedTokensIT extends AppIT {
    /** What fits into a request's head. */
    private static final int MAX_LENGTH = 7_000;

    @Test
    void noForgeryOpensASocketOrReadsTheConfiguration() {
        String genuine = app.token("ada");
        var softly = new SoftAssertions();

        forgeries(genuine).forEach((name, token) -> {
            try (SocketClient socket = app.connect(URLEncoder.encode(token, StandardCharsets.UTF_8))) {
                softly.assertThat(socket.awaitClose()).as("socket: " + name).isEqualTo(1008);
                softly.assertThat(socket.ofType("connected"))
                        .as("socket: " + name)
                        .isEmpty();
            }
            if (token.chars().allMatch(c -> c > ' ')) {
                softly.assertThat(RestAssured.given()
                                .header("Authorization", "Bearer " + token)
                                .get("/v1/" + app.id + "/realtime/config")
                                .statusCode())
                        .as("REST: " + name)
                        // There is no control-api here to ask whether there is such another app.
                        .isEqualTo(ofAnotherApp(name) ? 503 : 401);
            }
        });

        softly.assertAll();
        try (SocketClient socket = app.connect(genuine)) {
            assertThat(socket.awaitType("connected")).isNotNull();
        }
    }

    private static boolean ofAnotherApp(String name) {
        return name.endsWith(": issuer is another app") || name.endsWith(": two issuers");
    }

    private static Map<String, String> forgeries(String genuine) {
        Jws jws = Jws.parse(genuine);
        Map<String, String> all = new LinkedHashMap<>(ForgedTokens.byOutsiders(
                genuine, (RSAPublicKey) TestApp.signing().getPublic()));
        ForgedTokens.byTheKeysHolder(
                        jws.header(), jws.payload(), TestApp.signing().getPrivate())
                .forEach((name, token) -> all.put("by the key's holder: " + name, token));
        all.values().removeIf(token -> token.length() > MAX_LENGTH);
        assertThat(all).hasSizeGreaterThan(100);
        return all;
    }
}
