package dev.ghee.control.auth.oauth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.security.Key;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.VerificationJwkSelector;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.lang.JoseException;

/**
 * The public keys of providers, from their JWKS. Sets are kept for an hour, of at most {@value #MAX_SETS} providers; a
 * token with a key that is not among them has the set read anew, at most once a minute, so that neither a provider that
 * rotates its keys nor somebody who makes up key ids is a problem.
 */
@ApplicationScoped
class ProviderKeys {
    private static final int MAX_SETS = 500;
    private static final int MAX_KEYS = 100;
    private static final Duration PAUSE = Duration.ofMinutes(1);

    private final ProviderCalls calls;
    private final Cache<URI, KeySet> sets = Caffeine.newBuilder()
            .maximumSize(MAX_SETS)
            .expireAfterWrite(Duration.ofHours(1))
            .build();

    ProviderKeys(ProviderCalls calls) {
        this.calls = calls;
    }

    private record KeySet(List<JsonWebKey> keys, Instant readAt) {}

    /** The key for this token, by its {@code kid} and algorithm. Fails with {@link ProviderRefusal}. */
    Key find(URI location, JsonWebSignature token) {
        KeySet kept = sets.getIfPresent(location);
        if (kept != null) {
            Optional<Key> known = select(kept, token);
            if (known.isPresent() || Instant.now().isBefore(kept.readAt().plus(PAUSE))) {
                return known.orElseThrow(ProviderKeys::unknownKey);
            }
        }
        KeySet fresh = new KeySet(read(location), Instant.now());
        sets.put(location, fresh);
        return select(fresh, token).orElseThrow(ProviderKeys::unknownKey);
    }

    private List<JsonWebKey> read(URI location) {
        try {
            List<JsonWebKey> keys =
                    new JsonWebKeySet(calls.get("key set", location).toString()).getJsonWebKeys();
            if (keys.size() > MAX_KEYS) {
                throw ProviderRefusal.because("key set has more than " + MAX_KEYS + " keys");
            }
            return keys;
        } catch (JoseException e) {
            throw ProviderRefusal.because("key set is unreadable");
        }
    }

    private static Optional<Key> select(KeySet set, JsonWebSignature token) {
        try {
            return Optional.ofNullable(new VerificationJwkSelector().select(token, set.keys()))
                    .map(JsonWebKey::getKey);
        } catch (JoseException e) {
            return Optional.empty();
        }
    }

    private static ProviderRefusal unknownKey() {
        return ProviderRefusal.because("id_token is signed with an unknown key");
    }
}
