package dev.ghee.realtime.policy.compiler;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Splits an expression as Postgres prints it. That print has a fixed form: keywords in capitals, names in lower case or
 * quoted, constants in single quotes without escapes, every operand in parentheses.
 */
final class SqlTokens {
    static final int MAX_LENGTH = 65_536;
    private static final String OPERATOR_CHARACTERS = "+-*/<>=~!@#%^&|`?";
    private static final String PUNCTUATION = "()[],.";

    private final String text;
    private int at;

    /** @param text without the quotes, with doubled ones undone */
    record Token(Kind kind, String text) {
        boolean is(Kind wanted, String wantedText) {
            return kind == wanted && text.equals(wantedText);
        }
    }

    enum Kind {
        /** In capitals. */
        KEYWORD,
        NAME,
        QUOTED_NAME,
        STRING,
        NUMBER,
        /** Punctuation, operators and {@code ::}. */
        SYMBOL,
        END
    }

    private SqlTokens(String text) {
        this.text = text;
    }

    static List<Token> of(String text) throws NotCompilableException {
        if (text.length() > MAX_LENGTH) {
            throw new NotCompilableException("it is longer than " + MAX_LENGTH + " characters");
        }
        return new SqlTokens(text).split();
    }

    private List<Token> split() throws NotCompilableException {
        List<Token> tokens = new ArrayList<>();
        while (true) {
            while (at < text.length() && " \n\t".indexOf(text.charAt(at)) >= 0) {
                at++;
            }
            if (at == text.length()) {
                tokens.add(new Token(Kind.END, ""));
                return tokens;
            }
            tokens.add(next());
        }
    }

    private Token next() throws NotCompilableException {
        char c = text.charAt(at);
        if (c == '\'') {
            return new Token(Kind.STRING, quoted('\''));
        }
        if (c == '"') {
            return new Token(Kind.QUOTED_NAME, quoted('"'));
        }
        if (isDigit(c)) {
            return number();
        }
        if (isLetter(c)) {
            return word();
        }
        if (c == ':' && text.startsWith("::", at)) {
            at += 2;
            return new Token(Kind.SYMBOL, "::");
        }
        if (PUNCTUATION.indexOf(c) >= 0) {
            at++;
            return new Token(Kind.SYMBOL, String.valueOf(c));
        }
        if (OPERATOR_CHARACTERS.indexOf(c) >= 0) {
            int start = at;
            while (at < text.length() && OPERATOR_CHARACTERS.indexOf(text.charAt(at)) >= 0) {
                at++;
            }
            return new Token(Kind.SYMBOL, text.substring(start, at));
        }
        throw new NotCompilableException("the character " + c);
    }

    private String quoted(char quote) throws NotCompilableException {
        var content = new StringBuilder();
        at++;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c != quote) {
                content.append(c);
            } else if (at < text.length() && text.charAt(at) == quote) {
                content.append(quote);
                at++;
            } else {
                return content.toString();
            }
        }
        throw new NotCompilableException("a quote that is not closed");
    }

    private Token number() throws NotCompilableException {
        int start = at;
        while (at < text.length() && (isDigit(text.charAt(at)) || text.charAt(at) == '.')) {
            at++;
        }
        if (at < text.length() && isLetter(text.charAt(at))) {
            throw new NotCompilableException("a number with letters");
        }
        return new Token(Kind.NUMBER, text.substring(start, at));
    }

    private Token word() throws NotCompilableException {
        int start = at;
        while (at < text.length()
                && (isLetter(text.charAt(at)) || isDigit(text.charAt(at)) || text.charAt(at) == '$')) {
            at++;
        }
        String word = text.substring(start, at);
        if (at < text.length()
                && text.charAt(at) == '\''
                && Set.of("E", "B", "X", "N", "U").contains(word)) {
            throw new NotCompilableException("a constant of the form " + word + "'…'");
        }
        boolean capitals = word.chars().noneMatch(c -> c >= 'a' && c <= 'z');
        return new Token(capitals && word.charAt(0) != '_' ? Kind.KEYWORD : Kind.NAME, word);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    }
}
