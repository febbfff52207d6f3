package dev.ghee.realtime.policy.compiler;

import java.util.List;
import java.util.Locale;

/** Reads a boolean as Postgres does: words, or enough of their beginning, in any case, in white space or not. */
final class PgBoolean {
    private static final List<String> TRUE = List.of("true", "yes", "1");
    private static final List<String> FALSE = List.of("false", "no", "0");

    private PgBoolean() {}

    static Boolean parse(String text) {
        String word = PgNumber.trimmed(text);
        if (word.chars().anyMatch(c -> c > 127)) {
            throw new EvaluationException("not a boolean");
        }
        word = word.toLowerCase(Locale.ROOT);
        if (!word.isEmpty()) {
            String given = word;
            // "o" alone could be either.
            if (TRUE.stream().anyMatch(full -> full.startsWith(given)) || word.equals("on")) {
                return true;
            }
            if (FALSE.stream().anyMatch(full -> full.startsWith(given)) || word.equals("of") || word.equals("off")) {
                return false;
            }
        }
        throw new EvaluationException("not a boolean");
    }
}
