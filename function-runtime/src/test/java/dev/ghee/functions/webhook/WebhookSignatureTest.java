package dev.ghee.functions.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ghee.functions.function.Trigger;
import io.vertx.core.MultiMap;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookSignatureTest {
    private static final byte[] BODY = "Hello, World!".getBytes(StandardCharsets.UTF_8);
    private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);
    /** Of the example in GitHub's documentation of webhooks. */
    private static final String GITHUB_SECRET = "It's a Secret to Everybody";

    private static final String GITHUB_HEX = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

    private static Trigger.Webhook trigger(Trigger.Provider provider) {
        return new Trigger.Webhook(provider, GITHUB_SECRET, "x-signature", Duration.ofSeconds(300), null);
    }

    private static boolean right(Trigger.Provider provider, String header, String value) {
        return WebhookSignature.isRight(
                trigger(provider), MultiMap.caseInsensitiveMultiMap().add(header, value), BODY, NOW);
    }

    @Test
    void knowsGithubs() {
        assertThat(right(Trigger.Provider.GITHUB, "X-Hub-Signature-256", "sha256=" + GITHUB_HEX))
                .isTrue();
        assertThat(right(Trigger.Provider.GITHUB, "X-Hub-Signature-256", GITHUB_HEX))
                .isFalse();
    }

    @Test
    void knowsAnybodysHmac() {
        assertThat(right(Trigger.Provider.CUSTOM, "x-signature", GITHUB_HEX)).isTrue();
        assertThat(right(Trigger.Provider.CUSTOM, "x-signature", "sha256=" + GITHUB_HEX))
                .isTrue();
        assertThat(right(Trigger.Provider.CUSTOM, "x-other", GITHUB_HEX)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "sha256=", "x", "sha256=zz", "757107ea", "t=1,v1=aa", "\0"})
    void refusesEverythingElse(String value) {
        for (Trigger.Provider provider : Trigger.Provider.values()) {
            for (String header : new String[] {"stripe-signature", "x-hub-signature-256", "x-signature"}) {
                assertThat(right(provider, header, value)).isFalse();
            }
        }
    }

    @Test
    void knowsStripesWithinTheTolerance() {
        assertThat(stripe(1_700_000_000)).isTrue();
        assertThat(stripe(1_699_999_700)).isTrue();
        assertThat(stripe(1_699_999_699)).isFalse();
        assertThat(stripe(1_700_000_301)).isFalse();
    }

    private static boolean stripe(long seconds) {
        String hex = WebhookSigning.hex(GITHUB_SECRET, seconds + ".Hello, World!");
        return right(Trigger.Provider.STRIPE, "Stripe-Signature", "t=" + seconds + ",v1=00,v1=" + hex + ",v0=x");
    }
}
