package dev.ghee.realtime.filter;

import java.util.Optional;

/**
 * A pattern of SQL's LIKE: {@code %} for any text, {@code _} for one character, a backslash before either for itself.
 * Without regard to case, characters compare by their simple lower case, in no language's rules.
 */
final class LikePattern {
    /** Longer ones are refused: matching takes up to the product of both lengths. */
    static final int MAX_LENGTH = 256;

    private static final int ANY_TEXT = -1;
    private static final int ANY_CHARACTER = -2;

    /** Code points, and the two above. */
    private final int[] tokens;

    private final boolean folded;

    private LikePattern(int[] tokens, boolean folded) {
        this.tokens = tokens;
        this.folded = folded;
    }

    /** Empty for a pattern that ends in the middle of an escape. */
    static Optional<LikePattern> parse(String pattern, boolean ignoringCase) {
        int[] points = pattern.codePoints().toArray();
        int[] tokens = new int[points.length];
        int count = 0;
        for (int i = 0; i < points.length; i++) {
            int point = points[i];
            if (point == '\\') {
                if (++i == points.length) {
                    return Optional.empty();
                }
                tokens[count++] = folded(points[i], ignoringCase);
            } else if (point == '%') {
                tokens[count++] = ANY_TEXT;
            } else if (point == '_') {
                tokens[count++] = ANY_CHARACTER;
            } else {
                tokens[count++] = folded(point, ignoringCase);
            }
        }
        return Optional.of(new LikePattern(java.util.Arrays.copyOf(tokens, count), ignoringCase));
    }

    /** On a mismatch, the last {@code %} takes one character more: none before it has to be tried again. */
    boolean matches(String text) {
        int at = 0;
        int token = 0;
        int retryToken = -1;
        int retryAt = 0;
        while (at < text.length()) {
            int point = text.codePointAt(at);
            if (token < tokens.length && tokens[token] == ANY_TEXT) {
                retryToken = ++token;
                retryAt = at;
            } else if (token < tokens.length
                    && (tokens[token] == ANY_CHARACTER || tokens[token] == folded(point, folded))) {
                token++;
                at += Character.charCount(point);
            } else if (retryToken >= 0) {
                retryAt += Character.charCount(text.codePointAt(retryAt));
                at = retryAt;
                token = retryToken;
            } else {
                return false;
            }
        }
        while (token < tokens.length && tokens[token] == ANY_TEXT) {
            token++;
        }
        return token == tokens.length;
    }

    private static int folded(int point, boolean ignoringCase) {
        return ignoringCase ? Character.toLowerCase(point) : point;
    }
}
