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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** Reliability case 22, for what the gateway serves. */
@QuarkusTest
@WithTestResource(StackResource.class)
class ForgedTokensIT extends AppIT {
    /** What fits into a request's head. */
    private static final int MAX_LENGTH = 7_000;

    @Test
    void noForgeryOpensASocketOrReadsTheConfiguration() throws Exception {
        String genuine = app.token("ada");
        List<Callable<List<String>>> attempts = new ArrayList<>();
        forgeries(genuine).forEach((name, token) -> attempts.add(() -> accepted(name, token)));

        List<String> accepted = new ArrayList<>();
        try (var many = Executors.newFixedThreadPool(8)) {
            for (var attempt : many.invokeAll(attempts)) {
                accepted.addAll(attempt.get());
            }
        }

        assertThat(accepted).isEmpty();
        try (SocketClient socket = app.connect(genuine)) {
            assertThat(socket.awaitType("connected")).isNotNull();
        }
    }

    /** Where the forgery was not refused as it should be. */
    private List<String> accepted(String name, String token) {
        List<String> accepted = new ArrayList<>();
        try (SocketClient socket = app.connect(URLEncoder.encode(token, StandardCharsets.UTF_8))) {
            if (socket.awaitClose() != (ofAnotherApp(name) ? 1013 : 1008)
                    || !socket.ofType("connected").isEmpty()) {
                accepted.add("socket: " + name);
            }
        }
        if (token.chars().allMatch(c -> c > ' ')) {
            int status = RestAssured.given()
                    .header("Authorization", "Bearer " + token)
                    .get("/v1/" + app.id + "/realtime/config")
                    .statusCode();
            if (status != (ofAnotherApp(name) ? 503 : 401)) {
                accepted.add("REST: " + name + ": " + status);
            }
        }
        return accepted;
    }

    /** There is no control-api here to ask whether there is such another app. */
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
