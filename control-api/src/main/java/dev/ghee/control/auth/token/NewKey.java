package dev.ghee.control.auth.token;

import dev.ghee.contracts.AppState.PublicKey;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.util.Map;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/** A freshly generated key pair. */
record NewKey(PublicKey jwk, PrivateKey privateKey) {
    private static final int KID_LENGTH = 16;
    private static final String KID_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /** Computes for about a tenth of a second with RSA. */
    static NewKey generate(SigningAlgorithm algorithm, SecureRandom random) {
        KeyPair pair = algorithm.generate(random);
        try {
            Map<String, Object> jwk =
                    PublicJsonWebKey.Factory.newPublicJwk(pair.getPublic()).toParams(OutputControlLevel.PUBLIC_ONLY);
            var key = new PublicKey(
                    kid(random),
                    String.valueOf(jwk.get("kty")),
                    algorithm.wireName(),
                    text(jwk, "n"),
                    text(jwk, "e"),
                    text(jwk, "crv"),
                    text(jwk, "x"),
                    text(jwk, "y"));
            return new NewKey(key, pair.getPrivate());
        } catch (JoseException e) {
            throw new IllegalStateException("A generated key has a JWK", e);
        }
    }

    SigningAlgorithm algorithm() {
        return SigningAlgorithm.of(jwk);
    }

    private static @Nullable String text(Map<String, Object> jwk, String name) {
        Object value = jwk.get(name);
        return value == null ? null : value.toString();
    }

    private static String kid(SecureRandom random) {
        return random.ints(KID_LENGTH, 0, KID_ALPHABET.length())
                .collect(
                        StringBuilder::new,
                        (text, index) -> text.append(KID_ALPHABET.charAt(index)),
                        StringBuilder::append)
                .toString();
    }

    @Override
    public String toString() {
        return "NewKey[" + jwk.kid() + "]";
    }
}
