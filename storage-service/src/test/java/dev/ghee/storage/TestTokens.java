package dev.ghee.storage;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.testkit.token.Jws;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;

/** Access tokens of apps' users, and the key that verifies them. */
public final class TestTokens {
    private static final KeyPair SIGNING = rsa();

    private TestTokens() {}

    /** For the app's state. */
    public static AppState.PublicKey publicKey() {
        var key = (RSAPublicKey) SIGNING.getPublic();
        return new AppState.PublicKey("k1", "RSA", "RS256", number(key.getModulus()), number(key.getPublicExponent()));
    }

    public static String of(AppId app, String user, Instant expiry) {
        String claims = "{\"iss\":\"butterbase:app:" + app + "\",\"sub\":\"" + user + "\",\"app_id\":\"" + app
                + "\",\"exp\":" + expiry.getEpochSecond() + ",\"team\":\"red\"}";
        return Jws.rsa("{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"k1\"}", claims, SIGNING.getPrivate())
                .compact();
    }

    private static String number(BigInteger number) {
        byte[] bytes = number.toByteArray();
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes);
    }

    private static KeyPair rsa() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
