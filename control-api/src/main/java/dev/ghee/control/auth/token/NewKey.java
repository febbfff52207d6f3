package dev.ghee.control.auth.token;

import dev.ghee.contracts.AppState.PublicKey;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;

/** A freshly generated key pair. */
record NewKey(PublicKey jwk, PrivateKey privateKey) {
    private static final int BITS = 2048;
    private static final int KID_LENGTH = 16;
    private static final String KID_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /** Computes for about a tenth of a second. */
    static NewKey generate(SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(BITS, random);
            KeyPair pair = generator.generateKeyPair();
            RSAPublicKey rsa = (RSAPublicKey) pair.getPublic();
            PublicKey jwk =
                    new PublicKey(kid(random), "RSA", "RS256", text(rsa.getModulus()), text(rsa.getPublicExponent()));
            return new NewKey(jwk, pair.getPrivate());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java runtime has RSA", e);
        }
    }

    private static String kid(SecureRandom random) {
        return random.ints(KID_LENGTH, 0, KID_ALPHABET.length())
                .collect(
                        StringBuilder::new,
                        (text, index) -> text.append(KID_ALPHABET.charAt(index)),
                        StringBuilder::append)
                .toString();
    }

    /** Base64url of the unsigned number: without the sign byte that Java puts in front. */
    private static String text(BigInteger number) {
        byte[] bytes = number.toByteArray();
        int start = bytes.length > 1 && bytes[0] == 0 ? 1 : 0;
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(java.util.Arrays.copyOfRange(bytes, start, bytes.length));
    }

    @Override
    public String toString() {
        return "NewKey[" + jwk.kid() + "]";
    }
}
