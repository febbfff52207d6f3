package dev.ghee.control.auth.token;

import dev.ghee.contracts.AppState;
import dev.ghee.control.auth.session.Session;
import dev.ghee.control.auth.user.User;
import dev.ghee.tenancy.caller.EndUserTokens;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwx.HeaderParameterNames;
import org.jose4j.lang.JoseException;

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
            var claims = new JwtClaims();
            new CustomClaims(user.claims()).values().forEach(claims::setClaim);
            if (!user.email().isEmpty()) {
                claims.setClaim("email", user.email());
            }
            more.forEach(claims::setClaim);
            claims.setIssuer(EndUserTokens.ISSUER_PREFIX + app.appId().value());
            claims.setSubject(user.id().toString());
            claims.setClaim("email_verified", user.emailVerified());
            claims.setClaim("app_id", app.appId().value());
            claims.setAudience(app.appId().value());
            claims.setClaim("sid", session.id().toString());
            claims.setClaim("session_id", session.id().toString());
            claims.setClaim("aal", session.assurance().claim());
            claims.setClaim("amr", session.amr());
            claims.setClaim("is_anonymous", user.isAnonymous());
            claims.setJwtId(UUID.randomUUID().toString());
            NumericDate now = NumericDate.now();
            claims.setIssuedAt(now);
            claims.setExpirationTime(NumericDate.fromSeconds(now.getValue() + ttl.toSeconds()));
            return signed(claims, key);
        });
    }

    /** With the library below SmallRye's builder, which reads a dozen settings for every token. */
    private static String signed(JwtClaims claims, KeyRing.Active key) {
        var jws = new JsonWebSignature();
        jws.setHeader(HeaderParameterNames.TYPE, "JWT");
        jws.setAlgorithmHeaderValue(key.algorithm().getAlgorithm());
        jws.setKeyIdHeaderValue(key.jwk().kid());
        jws.setKey(key.privateKey());
        jws.setPayload(claims.toJson());
        try {
            return jws.getCompactSerialization();
        } catch (JoseException e) {
            throw new IllegalStateException("An app's signing key cannot sign", e);
        }
    }
}
