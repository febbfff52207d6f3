package dev.ghee.control.secret;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/** 256 random bits as 43 characters that fit into a URL. Only the hash is ever stored. */
public record RandomToken(String value) {
    private static final int BYTES = 32;
    private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9_-]{43}");
    private static final SecureRandom RANDOM = new SecureRandom();

    public static RandomToken random() {
        return of(nonce());
    }

    /** 32 bytes as a token. */
    public static RandomToken of(byte[] bytes) {
        return new RandomToken(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    /** 256 random bits. */
    public static byte[] nonce() {
        byte[] bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    /** What a client sent; empty when it cannot be a token. */
    public static Optional<RandomToken> parse(String text) {
        return SHAPE.matcher(text).matches() ? Optional.of(new RandomToken(text)) : Optional.empty();
    }

    /** As it is stored and looked up: SHA-256, enough for what cannot be guessed. */
    public byte[] hash() {
        try {
            return MessageDigest.getInstance("SHA-256").digest(value.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java runtime has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "RandomToken[…]";
    }
}
