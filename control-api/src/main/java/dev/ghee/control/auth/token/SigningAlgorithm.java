package dev.ghee.control.auth.token;

import dev.ghee.contracts.AppState.PublicKey;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** How an app's access tokens are signed; a key is for one of these and no other. */
public enum SigningAlgorithm {
    /** RSA of 2048 bits: what every client library verifies. */
    RS256("RS256", "RSA", new RSAKeyGenParameterSpec(2048, RSAKeyGenParameterSpec.F4)),
    /** ECDSA on P-256. */
    ES256("ES256", "EC", new ECGenParameterSpec("secp256r1")),
    /** Ed25519. */
    EDDSA("EdDSA", "Ed25519", NamedParameterSpec.ED25519);

    private final String wireName;
    private final String keys;
    private final AlgorithmParameterSpec parameters;

    SigningAlgorithm(String wireName, String keys, AlgorithmParameterSpec parameters) {
        this.wireName = wireName;
        this.keys = keys;
        this.parameters = parameters;
    }

    /** As header {@code alg} says it. */
    public String wireName() {
        return wireName;
    }

    /** Empty for any other name. */
    public static Optional<SigningAlgorithm> named(String wireName) {
        return Arrays.stream(values())
                .filter(algorithm -> algorithm.wireName.equals(wireName))
                .findFirst();
    }

    /** What an app signs with: its newest key decides; {@link #RS256} before it has one. */
    public static SigningAlgorithm of(List<PublicKey> newestFirst) {
        return newestFirst.isEmpty() ? RS256 : of(newestFirst.getFirst());
    }

    static SigningAlgorithm of(PublicKey key) {
        return named(key.alg()).orElseThrow(() -> new IllegalStateException("Key for an unknown algorithm"));
    }

    KeyPair generate(SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(keys);
            generator.initialize(parameters, random);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java runtime has " + keys, e);
        }
    }

    /** From PKCS #8. */
    PrivateKey privateKey(byte[] encoded) {
        try {
            return KeyFactory.getInstance(keys).generatePrivate(new PKCS8EncodedKeySpec(encoded));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Stored signing key is unreadable", e);
        }
    }
}
