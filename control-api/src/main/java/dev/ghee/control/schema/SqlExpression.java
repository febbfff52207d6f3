package dev.ghee.control.schema;

import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * SQL text from outside that is spliced into a statement: the default of a column, the condition of a policy. It is
 * one expression that cannot end early: inside parentheses it stays inside them, whatever it says. It also names no
 * function that reaches past the row at hand: files, other sessions, settings, SQL from text.
 *
 * <p>Conservative on purpose: dollar quotes, comments, escape strings and everything outside ASCII (other than in
 * constants) are refused although Postgres could take them. Whoever splices the text must also ask the catalogue with
 * {@link ExpressionFunctions}, which knows the functions of the server at hand.
 *
 * @param text as given, without surrounding white space
 * @param calls names that an opening parenthesis follows, folded as Postgres does: functions, and keywords such as IN
 */
public record SqlExpression(String text, Set<String> calls) {
    private static final int MAX_LENGTH = 8192;
    private static final int MAX_DEPTH = 50;
    private static final String OPERATORS = "+-*/<>=~!@#%^&|?:.,";
    private static final Set<String> STRING_PREFIXES = Set.of("e", "b", "x", "n", "u");

    /** Wherever they appear: catalogue tables, functions of the server's administration, SQL from text. */
    private static final Pattern FORBIDDEN = Pattern.compile("pg_.*|information_schema|lo_.*|loread|lowrite|dblink.*|"
            + "set_config|setseed|setval|currval|lastval|currtid.*|txid_.*|current_query|binary_upgrade_.*|brin_.*|"
            + "gin_clean_pending_list|(?:query|cursor|table|schema|database)_to_xml.*|xmlserialize_.*|ts_rewrite|"
            + "ts_stat");

    private static final String PLATFORM_SCHEMA = "ghee";
    private static final Pattern NUMBER = Pattern.compile("\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d+)?");

    public SqlExpression {
        calls = Set.copyOf(calls);
    }

    /** Why a text was refused. The message is for the caller and repeats no more than single names of the text. */
    public static final class UnsafeException extends Exception {
        private static final long serialVersionUID = 1L;

        UnsafeException(String message) {
            super(message, null, false, false);
        }

        public String reason() {
            return String.valueOf(getMessage());
        }
    }

    /** Fails with {@link UnsafeException} on whatever is not plainly one harmless expression. */
    public static SqlExpression parse(String text) throws UnsafeException {
        return new Scanner(text).scan();
    }

    private static final class Scanner {
        private final String text;
        private final ArrayDeque<Character> open = new ArrayDeque<>();
        private final Set<String> calls = new LinkedHashSet<>();
        private int at;
        /** The name just read while only white space has followed; tells {@code ghee.x} from a column called ghee. */
        private String pending = "";

        Scanner(String text) {
            this.text = text;
        }

        SqlExpression scan() throws UnsafeException {
            if (text.isBlank()) {
                throw new UnsafeException("The expression is empty");
            }
            if (text.length() > MAX_LENGTH) {
                throw new UnsafeException("The expression is longer than " + MAX_LENGTH + " characters");
            }
            while (at < text.length()) {
                step(text.charAt(at));
            }
            if (!open.isEmpty()) {
                throw new UnsafeException("A parenthesis or bracket is not closed");
            }
            return new SqlExpression(text.strip(), calls);
        }

        private void step(char c) throws UnsafeException {
            if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
                at++;
            } else if (isNameStart(c)) {
                name();
            } else if (c == '"') {
                quotedName();
            } else if (c == '\'') {
                string();
            } else if (c >= '0' && c <= '9') {
                number();
            } else {
                symbol(c);
            }
        }

        private void symbol(char c) throws UnsafeException {
            switch (c) {
                case '(', '[' -> {
                    open.push(c == '(' ? ')' : ']');
                    if (open.size() > MAX_DEPTH) {
                        throw new UnsafeException("The expression is nested too deeply");
                    }
                    if (c == '(' && !pending.isEmpty()) {
                        calls.add(pending);
                    }
                }
                case ')', ']' -> {
                    if (open.isEmpty() || open.pop() != c) {
                        throw new UnsafeException("A closing parenthesis or bracket has no partner");
                    }
                }
                case ';' -> throw new UnsafeException("Only one expression is allowed, without a semicolon");
                case '$' -> throw new UnsafeException("Dollar quotes and parameters are not allowed");
                default -> operator(c);
            }
            pending = "";
            at++;
        }

        private void operator(char c) throws UnsafeException {
            if (OPERATORS.indexOf(c) < 0) {
                throw new UnsafeException("A character is not allowed outside a string constant");
            }
            if (text.startsWith("--", at) || text.startsWith("/*", at)) {
                throw new UnsafeException("Comments are not allowed");
            }
            if (c == ',' && open.isEmpty()) {
                throw new UnsafeException("Only one expression is allowed, without a comma outside parentheses");
            }
            if (c == '.' && pending.equals(PLATFORM_SCHEMA)) {
                throw new UnsafeException("The platform's own tables may not be used");
            }
        }

        private void name() throws UnsafeException {
            int start = at;
            while (at < text.length() && isNamePart(text.charAt(at))) {
                at++;
            }
            String name = text.substring(start, at).toLowerCase(Locale.ROOT);
            if (at < text.length()) {
                char next = text.charAt(at);
                if (next == '\'' && STRING_PREFIXES.contains(name)) {
                    throw new UnsafeException("Only plain string constants are allowed");
                }
                if (next == '&' && name.equals("u")) {
                    throw new UnsafeException("Only plain string constants and names are allowed");
                }
                if (next == '"') {
                    throw new UnsafeException("A name may not touch a quoted name");
                }
            }
            accept(name);
        }

        private void quotedName() throws UnsafeException {
            String name = quoted('"', "A quoted name is not closed");
            if (!DslName.isValid(name)) {
                throw new UnsafeException("A quoted name is none that a table or column can have");
            }
            accept(name);
        }

        private void accept(String name) throws UnsafeException {
            if (FORBIDDEN.matcher(name).matches()) {
                throw new UnsafeException(
                        (name.length() > DslName.MAX_BYTES ? "A name" : name) + " may not be used here");
            }
            pending = name;
        }

        private void string() throws UnsafeException {
            String value = quoted('\'', "A string constant is not closed");
            if (value.indexOf('\0') >= 0) {
                throw new UnsafeException("A string constant holds a character that Postgres cannot store");
            }
            pending = "";
        }

        /** From one quote to its partner; a doubled quote stands for itself. */
        private String quoted(char quote, String unclosed) throws UnsafeException {
            var value = new StringBuilder();
            at++;
            while (at < text.length()) {
                char c = text.charAt(at++);
                if (c != quote) {
                    value.append(c);
                } else if (at < text.length() && text.charAt(at) == quote) {
                    value.append(c);
                    at++;
                } else {
                    return value.toString();
                }
            }
            throw new UnsafeException(unclosed);
        }

        /** Postgres before 15 takes {@code 1pg_sleep(5)} for a number and a name. */
        private void number() throws UnsafeException {
            Matcher number = NUMBER.matcher(text).region(at, text.length());
            if (!number.lookingAt()) {
                throw new UnsafeException("A number is malformed");
            }
            at = number.end();
            if (at < text.length() && isNamePart(text.charAt(at))) {
                throw new UnsafeException("A name may not touch a number");
            }
            pending = "";
        }

        private static boolean isNameStart(char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        }

        private static boolean isNamePart(char c) {
            return isNameStart(c) || (c >= '0' && c <= '9');
        }
    }
}
