package dev.ghee.realtime.policy.compiler;

/** Reads a uuid as Postgres does: any case, in braces or not, a hyphen or none after every fourth digit. */
final class PgUuid {
    private static final int BYTES = 16;

    private PgUuid() {}

    /** In lower case with four hyphens; fails with {@link EvaluationException} on everything that is not a uuid. */
    static String canonical(String text) {
        int at = 0;
        boolean braces = text.startsWith("{");
        if (braces) {
            at++;
        }
        var out = new StringBuilder(36);
        for (int i = 0; i < BYTES; i++) {
            out.append(digit(text, at)).append(digit(text, at + 1));
            at += 2;
            if (i % 2 == 1 && i < BYTES - 1 && at < text.length() && text.charAt(at) == '-') {
                at++;
            }
            if (i == 3 || i == 5 || i == 7 || i == 9) {
                out.append('-');
            }
        }
        if (braces && at < text.length() && text.charAt(at) == '}') {
            at++;
        } else if (braces) {
            throw invalid();
        }
        if (at != text.length()) {
            throw invalid();
        }
        return out.toString();
    }

    private static char digit(String text, int at) {
        if (at >= text.length()) {
            throw invalid();
        }
        char c = text.charAt(at);
        if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')) {
            return c;
        }
        if (c >= 'A' && c <= 'F') {
            return (char) (c - 'A' + 'a');
        }
        throw invalid();
    }

    private static EvaluationException invalid() {
        return new EvaluationException("not a uuid");
    }
}
