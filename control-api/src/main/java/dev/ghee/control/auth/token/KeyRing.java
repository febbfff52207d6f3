package dev.ghee.control.auth.token;

import dev.ghee.contracts.AppState.PublicKey;
import io.smallrye.jwt.algorithm.SignatureAlgorithm;
import java.security.PrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * An app's signing keys as its database had them at a moment.
 *
 * @param retired newest first
 */
record KeyRing(Active active, List<Retired> retired, Instant readAt) {

    /** The key that signs. {@code longestToken} is the longest life of any token it has signed. */
    record Active(PublicKey jwk, PrivateKey privateKey, Duration longestToken) {
        SignatureAlgorithm algorithm() {
            return switch (SigningAlgorithm.of(jwk)) {
                case RS256 -> SignatureAlgorithm.RS256;
                case ES256 -> SignatureAlgorithm.ES256;
                case EDDSA -> SignatureAlgorithm.EDDSA;
            };
        }

        @Override
        public String toString() {
            return "Active[" + jwk.kid() + "]";
        }
    }

    /** A key whose tokens may still be alive. */
    record Retired(PublicKey jwk, Instant knownUntil) {}

    /** What verifiers have to know at this moment, newest first. */
    List<PublicKey> publicKeys(Instant now) {
        return Stream.concat(
                        Stream.of(active.jwk()),
                        retired.stream()
                                .filter(key -> now.isBefore(key.knownUntil()))
                                .map(Retired::jwk))
                .toList();
    }
}
