package dev.ghee.control.auth.session;

import dev.ghee.secrets.MasterKey;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * Refresh tokens: 43 characters, 256 bits. Only their SHA-256 is stored, and yet the successor of a token can be told
 * again to whoever still holds the token: it is a MAC of the token and a stored nonce, so neither the database, nor
 * the token, nor the server's key is enough to know it.
 */
@ApplicationScoped
class RefreshTokens {
    private static final int BYTES = 32;
    private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9_-]{43}");

    private final MasterKey.Hmac mac;
    private final SecureRandom random = new SecureRandom();

    RefreshTokens(MasterKey key) {
        this.mac = key.hmac("refresh tokens");
    }

    String random() {
        return text(nonce());
    }

    byte[] nonce() {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return bytes;
    }

    String successor(String token, byte[] nonce) {
        return text(mac.of(token.getBytes(StandardCharsets.UTF_8), nonce));
    }

    static boolean plausible(String token) {
        return SHAPE.matcher(token).matches();
    }

    static byte[] hash(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java runtime has SHA-256", e);
        }
    }

    private static String text(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
