package dev.ghee.control.auth.factor;

import com.eatthepath.otp.TimeBasedOneTimePasswordGenerator;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * Time-based codes as every authenticator app makes them: SHA-1, six digits, thirty seconds. Source: RFC 6238, and
 * Google Authenticator's key URI format.
 */
final class Totp {
    private static final Duration STEP = Duration.ofSeconds(30);
    private static final int DIGITS = 6;
    /** 160 bits, as RFC 4226 recommends. */
    private static final int SECRET_BYTES = 20;
    /** Steps before and after the current one, for clocks and slow fingers. */
    private static final int WINDOW = 1;

    private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final TimeBasedOneTimePasswordGenerator GENERATOR =
            new TimeBasedOneTimePasswordGenerator(STEP, DIGITS);

    private Totp() {}

    static byte[] newSecret(SecureRandom random) {
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        return secret;
    }

    static boolean plausible(String code) {
        return code.length() == DIGITS && code.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /** The time step whose code this is; the same work is done for a wrong one. */
    static OptionalLong step(byte[] secret, String code, Instant now) {
        SecretKey key = new SecretKeySpec(secret, GENERATOR.getAlgorithm());
        byte[] sent = code.getBytes(StandardCharsets.US_ASCII);
        OptionalLong found = OptionalLong.empty();
        for (int offset = -WINDOW; offset <= WINDOW; offset++) {
            Instant then = now.plus(STEP.multipliedBy(offset));
            if (MessageDigest.isEqual(sent, code(key, then).getBytes(StandardCharsets.US_ASCII))) {
                found = OptionalLong.of(then.getEpochSecond() / STEP.toSeconds());
            }
        }
        return found;
    }

    private static String code(SecretKey key, Instant then) {
        try {
            return GENERATOR.generateOneTimePasswordString(key, then);
        } catch (InvalidKeyException e) {
            throw new IllegalStateException("Any bytes are a key of HMAC", e);
        }
    }

    /** For people who type. */
    static String base32(byte[] secret) {
        var text = new StringBuilder();
        int bits = 0;
        int buffer = 0;
        for (byte next : secret) {
            buffer = (buffer << 8) | (next & 0xff);
            bits += 8;
            while (bits >= 5) {
                text.append(BASE32.charAt((buffer >> (bits - 5)) & 31));
                bits -= 5;
            }
        }
        if (bits > 0) {
            text.append(BASE32.charAt((buffer << (5 - bits)) & 31));
        }
        return text.toString();
    }

    /** For cameras. */
    static String url(String issuer, String account, byte[] secret) {
        return "otpauth://totp/" + encoded(issuer) + ":" + encoded(account) + "?secret=" + base32(secret) + "&issuer="
                + encoded(issuer) + "&algorithm=SHA1&digits=" + DIGITS + "&period=" + STEP.toSeconds();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
