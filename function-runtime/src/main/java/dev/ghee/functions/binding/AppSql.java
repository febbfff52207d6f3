package dev.ghee.functions.binding;

import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import java.util.Locale;
import java.util.Set;

/**
 * Statements that functions' code may not send, told from their first word: those that end or begin the transaction
 * under it, that change the session for whoever has the connection next, or that wait for data that never comes.
 */
final class AppSql {
    private static final Set<String> TRANSACTION =
            Set.of("begin", "start", "commit", "end", "abort", "rollback", "prepare");
    private static final Set<String> SESSION = Set.of(
            "set",
            "reset",
            "discard",
            "deallocate",
            "listen",
            "unlisten",
            "load",
            "execute",
            "declare",
            "fetch",
            "move",
            "close");

    private AppSql() {}

    /** Fails with {@code VALIDATION_INVALID_INPUT} and what to do instead. */
    static void check(String sql) {
        if (sql.indexOf('\0') >= 0) {
            throw refused("A statement has no NUL character");
        }
        int start = firstWord(sql);
        int end = start;
        while (end < sql.length() && Character.isLetter(sql.charAt(end))) {
            end++;
        }
        if (start >= sql.length()) {
            throw refused("The statement is empty");
        }
        String word = sql.substring(start, end).toLowerCase(Locale.ROOT);
        if (TRANSACTION.contains(word) && !isRollbackTo(word, sql, end)) {
            throw refused("Use ctx.db.transaction() instead of " + word.toUpperCase(Locale.ROOT));
        }
        if (SESSION.contains(word)) {
            throw refused(word.toUpperCase(Locale.ROOT) + " would outlive the statement; it is not allowed here");
        }
        if (word.equals("copy")) {
            throw refused("COPY is not allowed here; use INSERT with many rows, or SELECT");
        }
    }

    /** A savepoint is the transaction's own business. */
    private static boolean isRollbackTo(String word, String sql, int end) {
        if (!word.equals("rollback")) {
            return false;
        }
        String rest = sql.substring(end).strip().toLowerCase(Locale.ROOT);
        return rest.startsWith("to ") || rest.startsWith("work to ") || rest.startsWith("transaction to ");
    }

    /** Index of the first character that is neither white space, comment, semicolon nor parenthesis. */
    private static int firstWord(String sql) {
        int at = 0;
        while (at < sql.length()) {
            char c = sql.charAt(at);
            if (Character.isWhitespace(c) || c == ';' || c == '(') {
                at++;
            } else if (sql.startsWith("--", at)) {
                int end = sql.indexOf('\n', at);
                at = end < 0 ? sql.length() : end + 1;
            } else if (sql.startsWith("/*", at)) {
                at = endOfComment(sql, at);
            } else {
                return at;
            }
        }
        return at;
    }

    /** Comments nest in Postgres. */
    private static int endOfComment(String sql, int start) {
        int depth = 0;
        int at = start;
        while (at < sql.length()) {
            if (sql.startsWith("/*", at)) {
                depth++;
                at += 2;
            } else if (sql.startsWith("*/", at)) {
                depth--;
                at += 2;
                if (depth == 0) {
                    return at;
                }
            } else {
                at++;
            }
        }
        return at;
    }

    private static GheeException refused(String message) {
        return new GheeException(ErrorCode.VALIDATION_INVALID_INPUT, message);
    }
}
