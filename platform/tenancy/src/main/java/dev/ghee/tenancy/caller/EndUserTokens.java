package dev.ghee.tenancy.caller;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/**
 * Verifies access tokens of end users with the app's public keys from the directory: no network call. Only the key
 * that the token's {@code kid} names among the app's own, and only the one algorithm that this key is for; {@code jku},
 * {@code jwk} and {@code x5u} headers are never heeded.
 */
@ApplicationScoped
public class EndUserTokens {
    /** Prefix of an app's issuer; the app id follows. */
    public static final String ISSUER_PREFIX = "butterbase:app:";

    private static final int CACHED_TOKENS = 20_000;
    private static final int CACHED_KEYS = 5_000;

    private final Cache<String, Verified> verified =
            Caffeine.newBuilder().maximumSize(CACHED_TOKENS).build();
    /** One per key: to make one costs as much as to verify a token with it. */
    private final Cache<Verifier, JwtConsumer> consumers =
            Caffeine.newBuilder().maximumSize(CACHED_KEYS).build();

    private record Verifier(AppId app, AppState.PublicKey key) {}

    /** A token whose signature was checked with this key; the key may have been withdrawn since. */
    private record Verified(Caller.EndUser user, AppState.PublicKey key) {}

    /**
     * The app of a token that was verified before, so that it need not be taken apart again. Its app may have withdrawn
     * the key since, and it may have expired: {@link #verify} decides.
     */
    @Nullable
    AppId appOfKnown(String token) {
        Verified known = verified.getIfPresent(token);
        return known == null ? null : known.user().app();
    }

    /**
     * The user that the token stands for. Fails with {@code AUTH_END_USER_JWT_EXPIRED} or
     * {@code AUTH_INVALID_END_USER_JWT}.
     */
    public Caller.EndUser verify(String token, AppState app) {
        Verified known = verified.getIfPresent(token);
        if (known != null
                && known.user().app().equals(app.appId())
                && app.jwks().contains(known.key())) {
            if (!Instant.now().isBefore(known.user().expiresAt())) {
                verified.invalidate(token);
                throw expired();
            }
            return known.user();
        }
        UnverifiedToken parts = UnverifiedToken.parse(token).orElseThrow(() -> invalid(null));
        AppState.PublicKey key = app.jwks().stream()
                .filter(candidate -> candidate.kid().equals(parts.keyId()))
                .findFirst()
                .orElseThrow(() -> invalid(null));
        Caller.EndUser user = check(token, parts, app.appId(), key);
        verified.put(token, new Verified(user, key));
        return user;
    }

    private Caller.EndUser check(String token, UnverifiedToken parts, AppId app, AppState.PublicKey key) {
        try {
            JwtClaims claims = consumers
                    .get(new Verifier(app, key), EndUserTokens::consumer)
                    .processToClaims(token);
            boolean forThisApp = (!claims.hasClaim("app_id") || app.value().equals(claims.getClaimValue("app_id")))
                    && (!claims.hasAudience() || claims.getAudience().contains(app.value()));
            if (!forThisApp || claims.getSubject().isBlank()) {
                throw invalid(null);
            }
            return new Caller.EndUser(
                    app,
                    claims.getSubject(),
                    new String(parts.payload(), StandardCharsets.UTF_8),
                    Instant.ofEpochSecond(claims.getExpirationTime().getValue()));
        } catch (InvalidJwtException e) {
            throw e.hasExpired() ? expired() : invalid(e);
        } catch (MalformedClaimException e) {
            throw invalid(e);
        } catch (RuntimeException e) {
            throw e instanceof GheeException known ? known : invalid(e);
        }
    }

    private static JwtConsumer consumer(Verifier of) {
        return new JwtConsumerBuilder()
                .setVerificationKey(decode(of.key()))
                .setJwsAlgorithmConstraints(AlgorithmConstraints.ConstraintType.PERMIT, algorithm(of.key()))
                .setExpectedIssuer(true, ISSUER_PREFIX + of.app().value())
                .setRequireSubject()
                .setRequireExpirationTime()
                .setAllowedClockSkewInSeconds(0)
                // The audience is the app, and tokens of before there was one have none.
                .setSkipDefaultAudienceValidation()
                .build();
    }

    private static String algorithm(AppState.PublicKey key) {
        return switch (key.alg()) {
            case "RS256" -> AlgorithmIdentifiers.RSA_USING_SHA256;
            case "ES256" -> AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256;
            case "EdDSA" -> AlgorithmIdentifiers.EDDSA;
            default -> throw invalid(null);
        };
    }

    private static PublicKey decode(AppState.PublicKey key) {
        Map<String, Object> jwk = new HashMap<>();
        jwk.put("kty", key.kty());
        jwk.put("n", key.n());
        jwk.put("e", key.e());
        jwk.put("crv", key.crv());
        jwk.put("x", key.x());
        jwk.put("y", key.y());
        jwk.values().removeIf(Objects::isNull);
        try {
            return PublicJsonWebKey.Factory.newPublicJwk(jwk).getPublicKey();
        } catch (JoseException e) {
            throw invalid(e);
        }
    }

    static GheeException invalid(@Nullable Throwable cause) {
        return new GheeException(ErrorCode.AUTH_INVALID_END_USER_JWT, "The access token is not valid", cause);
    }

    private static GheeException expired() {
        return new GheeException(ErrorCode.AUTH_END_USER_JWT_EXPIRED, "The access token has expired");
    }
}
