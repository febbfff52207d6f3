package dev.ghee.testkit.token;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A compact JWS, put together by hand so that it may be as wrong as a test wants. */
public record Jws(String header, String payload, byte[] signature) {

    /** Signs header and payload, given as JSON, with RSA and PKCS #1 v1.5. */
    public static Jws rsa(String header, String payload, PrivateKey key) {
        return rsa(header, payload, key, "SHA256withRSA");
    }

    static Jws rsa(String header, String payload, PrivateKey key, String algorithm) {
        return signed(header, payload, key, algorithm);
    }

    /**
     * Signs header and payload, given as JSON.
     *
     * @param algorithm as Java names it, such as {@code SHA256withECDSAinP1363Format} or {@code Ed25519}
     */
    public static Jws signed(String header, String payload, PrivateKey key, String algorithm) {
        try {
            Signature signer = Signature.getInstance(algorithm);
            if (algorithm.equals("RSASSA-PSS")) {
                signer.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
            }
            signer.initSign(key);
            signer.update(signingInput(header, payload));
            return new Jws(header, payload, signer.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public static Jws hmac(String header, String payload, String algorithm, byte[] secret) {
        try {
            Mac mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(secret, algorithm));
            return new Jws(header, payload, mac.doFinal(signingInput(header, payload)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The parts of a real token. */
    public static Jws parse(String token) {
        String[] parts = token.split("\\.", -1);
        Base64.Decoder base64 = Base64.getUrlDecoder();
        return new Jws(
                new String(base64.decode(parts[0]), StandardCharsets.UTF_8),
                new String(base64.decode(parts[1]), StandardCharsets.UTF_8),
                base64.decode(parts[2]));
    }

    Jws withHeader(String other) {
        return new Jws(other, payload, signature);
    }

    Jws withPayload(String other) {
        return new Jws(header, other, signature);
    }

    Jws withSignature(byte[] other) {
        return new Jws(header, payload, other);
    }

    /** {@code header.payload.signature}. */
    public String compact() {
        return text(header) + "." + text(payload) + "." + base64(signature);
    }

    static String text(String json) {
        return base64(json.getBytes(StandardCharsets.UTF_8));
    }

    static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static byte[] signingInput(String header, String payload) {
        return (text(header) + "." + text(payload)).getBytes(StandardCharsets.US_ASCII);
    }
}
