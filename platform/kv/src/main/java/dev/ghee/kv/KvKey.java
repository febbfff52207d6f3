package dev.ghee.kv;

import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import java.util.Set;

/**
 * The name of a value: 1 to 512 letters, digits and {@code : _ - . /}. It does not begin with an underscore, has no
 * segment {@code .} or {@code ..}, and does not end with {@code /} and an operation's name: such a key would have no
 * address.
 */
public record KvKey(String text) {
    private static final int MAX_LENGTH = 512;
    private static final Set<String> OPERATIONS = Set.of("incr", "decr", "setnx", "cas", "expire", "ttl", "exists");

    /** Fails with {@code KV_KEY_INVALID}. */
    public KvKey {
        if (text.isEmpty() || text.length() > MAX_LENGTH) {
            throw invalid("A key has 1 to " + MAX_LENGTH + " characters");
        }
        if (!isSpelledLikeAKey(text)) {
            throw invalid("A key consists of letters, digits and : _ - . /");
        }
        if (text.charAt(0) == '_') {
            throw invalid("A key does not begin with an underscore");
        }
        if (text.indexOf('/') >= 0 || text.charAt(0) == '.') {
            checkSegments(text);
        }
    }

    /** Whether the text has only characters that keys may have; also true of no text at all. */
    public static boolean isSpelledLikeAKey(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean known = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '-' && c <= ':' || c == '_';
            if (!known) {
                return false;
            }
        }
        return true;
    }

    private static void checkSegments(String text) {
        String[] segments = text.split("/", -1);
        for (String segment : segments) {
            if (segment.equals(".") || segment.equals("..")) {
                throw invalid("A key has no segment . or ..");
            }
        }
        if (segments.length > 1 && OPERATIONS.contains(segments[segments.length - 1])) {
            throw invalid("A key does not end with /" + segments[segments.length - 1]);
        }
    }

    private static GheeException invalid(String message) {
        return new GheeException(ErrorCode.KV_KEY_INVALID, message);
    }

    @Override
    public String toString() {
        return text;
    }
}
