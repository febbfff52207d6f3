package dev.ghee.tenancy.caller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlatformTokensTest {
    private static final String OWNER = UUID.randomUUID().toString();
    private static final long LATER = Instant.now().getEpochSecond() + 600;

    private final PlatformTokens tokens = new PlatformTokens(TokenFixture.config(true));

    @Test
    void aTokenOfThisInstallationStandsForItsOwner() {
        String token = signed(
                "HS256",
                "{\"sub\":\"" + OWNER + "\",\"email\":\"o@b.example\",\"iat\":1700000000,\"exp\":" + LATER + "}");

        assertThat(tokens.verify(token, "org")).isEqualTo(new Caller.PlatformOwner(OWNER, "o@b.example", "org"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "None", "HS384", "HS512", "RS256", "hs256", ""})
    void otherAlgorithmsAreRefused(String algorithm) {
        String token = signed(algorithm, "{\"sub\":\"" + OWNER + "\",\"iat\":1700000000,\"exp\":" + LATER + "}");

        refused(token);
        refused(token.substring(0, token.lastIndexOf('.') + 1));
    }

    @Test
    void anotherSecretsTokensAreRefused() {
        String claims = "{\"sub\":\"" + OWNER + "\",\"iat\":1700000000,\"exp\":" + LATER + "}";

        refused(signed("HS256", claims, "another secret of thirty-two characters"));
        refused(signed("HS256", claims, "\0"));
    }

    @Test
    void whatHasExpiredOrNeverExpiresIsRefused() {
        refused(signed("HS256", "{\"sub\":\"" + OWNER + "\",\"iat\":1600000000,\"exp\":1700000000}"));
        refused(signed("HS256", "{\"iat\":1700000000,\"sub\":\"" + OWNER + "\"}"));
        refused(signed("HS256", "{\"iat\":1700000000,\"exp\":" + LATER + "}"));
        refused(signed(
                "HS256",
                "{\"sub\":\"" + OWNER + "\",\"iat\":1700000000,\"nbf\":" + LATER + ",\"exp\":" + (LATER + 1) + "}"));
    }

    private void refused(String token) {
        assertThatThrownBy(() -> tokens.verify(token, null))
                .isInstanceOfSatisfying(
                        GheeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.AUTH_INVALID_TOKEN));
    }

    private static String signed(String algorithm, String claims) {
        return signed(algorithm, claims, TokenFixture.SECRET);
    }

    private static String signed(String algorithm, String claims, String secret) {
        Map<String, String> macs = Map.of("HS384", "HmacSHA384", "HS512", "HmacSHA512");
        String input = text("{\"alg\":\"" + algorithm + "\"}") + "." + text(claims);
        try {
            Mac mac = Mac.getInstance(macs.getOrDefault(algorithm, "HmacSHA256"));
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "secret"));
            byte[] signature = mac.doFinal(input.getBytes(StandardCharsets.US_ASCII));
            return input + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String text(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }
}
