package dev.ghee.control.account;

import dev.ghee.tenancy.caller.AuthConfig;
import io.smallrye.jwt.build.Jwt;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** Platform tokens of people who signed in here: what every service verifies with {@code ghee.local-jwt-secret}. */
@ApplicationScoped
class PlatformAccessTokens {
    private final SecretKey secret;
    private final PlatformConfig config;

    PlatformAccessTokens(AuthConfig auth, PlatformConfig config) {
        this.secret = new SecretKeySpec(auth.localJwtSecret().getBytes(StandardCharsets.UTF_8), "HmacSHA256");
        this.config = config;
    }

    String issue(Person person, UUID session) {
        long now = Instant.now().getEpochSecond();
        return Jwt.subject(person.userId().toString())
                .issuer("ghee")
                .claim("email", person.email())
                .claim("email_verified", true)
                .claim("sid", session.toString())
                .claim("jti", UUID.randomUUID().toString())
                .issuedAt(now)
                .expiresAt(now + config.accessTokenTtl().toSeconds())
                .sign(secret);
    }
}
