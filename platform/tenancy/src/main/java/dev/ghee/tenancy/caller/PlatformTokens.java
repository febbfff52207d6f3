package dev.ghee.tenancy.caller;

import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import io.smallrye.jwt.algorithm.SignatureAlgorithm;
import io.smallrye.jwt.auth.principal.DefaultJWTParser;
import io.smallrye.jwt.auth.principal.JWTAuthContextInfo;
import io.smallrye.jwt.auth.principal.ParseException;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.UUID;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jspecify.annotations.Nullable;

/** Verifies the platform's own HS256 tokens, which stand for people who own apps. */
@ApplicationScoped
public class PlatformTokens {
    private static final int MIN_SECRET_BYTES = 32;

    private final SecretKey secret;
    private final DefaultJWTParser parser = new DefaultJWTParser();

    PlatformTokens(AuthConfig config) {
        byte[] bytes = config.localJwtSecret().getBytes(StandardCharsets.UTF_8);
        if (bytes.length < MIN_SECRET_BYTES) {
            throw new IllegalStateException("ghee.local-jwt-secret needs at least 32 characters");
        }
        this.secret = new SecretKeySpec(bytes, "HmacSHA256");
    }

    /** Fails with {@code AUTH_INVALID_TOKEN}. */
    public Caller.PlatformOwner verify(String token, @Nullable String organizationId) {
        try {
            var expectations = new JWTAuthContextInfo();
            expectations.setSecretVerificationKey(secret);
            expectations.setSignatureAlgorithm(Set.of(SignatureAlgorithm.HS256));
            expectations.setExpGracePeriodSecs(0);
            expectations.setClockSkew(0);
            expectations.setRequiredClaims(Set.of("sub", "exp"));
            JsonWebToken jwt = parser.parse(token, expectations);
            String email =
                    jwt.containsClaim("email") ? jwt.<Object>getClaim("email").toString() : null;
            return new Caller.PlatformOwner(userId(jwt.getSubject()), email, organizationId);
        } catch (ParseException | RuntimeException e) {
            throw new GheeException(ErrorCode.AUTH_INVALID_TOKEN, "The token is not valid", e);
        }
    }

    /** Subjects of other issuers become a stable UUID, so that no look-up is needed to know who it is. */
    private static String userId(String subject) {
        try {
            return UUID.fromString(subject).toString();
        } catch (IllegalArgumentException e) {
            return UUID.nameUUIDFromBytes(subject.getBytes(StandardCharsets.UTF_8))
                    .toString();
        }
    }
}
