package dev.ghee.control.auth.token;

import dev.ghee.contracts.AppState;
import dev.ghee.control.auth.session.Session;
import dev.ghee.control.auth.user.User;
import dev.ghee.tenancy.caller.EndUserTokens;
import io.smallrye.jwt.build.Jwt;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/** Signs access tokens. */
@ApplicationScoped
public class AccessTokens {
    private final SigningKeys keys;

    AccessTokens(SigningKeys keys) {
        this.keys = keys;
    }

    /** A token for this user and session that lives that long. Waits. */
    public String issue(AppState app, User user, Session session, Duration ttl) {
        return issue(app, user, session, ttl, Map.of());
    }

    /**
     * The same for an administrator who acts as the user.
     *
     * @param actor who, for claim {@code act}
     */
    public String issueTo(String actor, AppState app, User user, Session session, Duration ttl) {
        return issue(app, user, session, ttl, Map.of("act", Map.of("sub", actor)));
    }

    private String issue(AppState app, User user, Session session, Duration ttl, Map<String, Object> more) {
        KeyRing.Active key = keys.forTokensOf(app, ttl);
        return keys.compute(app.appId(), () -> {
            Instant now = Instant.now();
            Map<String, Object> claims = new CustomClaims(user.claims()).values();
            if (!user.email().isEmpty()) {
                claims.put("email", user.email());
            }
            claims.putAll(more);
            return Jwt.claims(claims)
                    .issuer(EndUserTokens.ISSUER_PREFIX + app.appId().value())
                    .subject(user.id().toString())
                    .claim("email_verified", user.emailVerified())
                    .claim("app_id", app.appId().value())
                    .audience(app.appId().value())
                    .claim("sid", session.id().toString())
                    .claim("session_id", session.id().toString())
                    .claim("aal", session.assurance().claim())
                    .claim("amr", session.amr())
                    .claim("is_anonymous", user.isAnonymous())
                    .claim("jti", UUID.randomUUID().toString())
                    .issuedAt(now.getEpochSecond())
                    .expiresAt(now.getEpochSecond() + ttl.toSeconds())
                    .jws()
                    .algorithm(key.algorithm())
                    .keyId(key.jwk().kid())
                    .sign(key.privateKey());
        });
    }
}
