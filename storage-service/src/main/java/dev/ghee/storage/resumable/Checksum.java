package dev.ghee.storage.resumable;

import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a request's bytes are to add up to, from {@code Upload-Checksum: <algorithm> <base64>}. */
record Checksum(MessageDigest digest, byte[] expected) {
    /** As {@code Tus-Checksum-Algorithm} names them. */
    static final String ALGORITHMS = "sha1,sha256,sha512,md5";

    /** No registered status: tus' own. */
    static final int MISMATCH = 460;

    private static final Map<String, String> NAMES =
            Map.of("sha1", "SHA-1", "sha256", "SHA-256", "sha512", "SHA-512", "md5", "MD5");

    /** Null without the header. Fails with {@code VALIDATION_INVALID_INPUT}. */
    static @Nullable Checksum of(@Nullable String header) {
        if (header == null) {
            return null;
        }
        String[] words = header.strip().split(" +");
        String name = words.length == 2 ? NAMES.get(words[0]) : null;
        if (name == null) {
            throw invalid("Upload-Checksum must be one of " + ALGORITHMS + ", a space, and the checksum in base64");
        }
        try {
            MessageDigest digest = MessageDigest.getInstance(name);
            byte[] expected = Base64.getDecoder().decode(words[1]);
            if (expected.length != digest.getDigestLength()) {
                throw invalid("A checksum by " + words[0] + " has " + digest.getDigestLength() + " bytes");
            }
            return new Checksum(digest, expected);
        } catch (IllegalArgumentException e) {
            throw invalid("Upload-Checksum is not base64");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java runtime has " + name, e);
        }
    }

    boolean matches() {
        return MessageDigest.isEqual(expected, digest.digest());
    }

    private static GheeException invalid(String message) {
        return new GheeException(ErrorCode.VALIDATION_INVALID_INPUT, message);
    }
}
