package dev.ghee.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class PlatformTokenTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_000_000);

    @Test
    void claimsAreTheBootstrapOwnersForADay() {
        String[] parts = PlatformToken.forOwner("secret", NOW).split("\\.");
        assertThat(new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8))
                .isEqualTo("{\"email\":\"owner@localhost\",\"email_verified\":true,\"exp\":1086400,\"iat\":1000000,"
                        + "\"sub\":\"00000000-0000-0000-0000-000000000001\"}");
    }

    @Test
    void signatureDependsOnTheSecret() {
        assertThat(PlatformToken.forOwner("secret", NOW)).isNotEqualTo(PlatformToken.forOwner("other", NOW));
    }
}
