package dev.ghee.realtime.filter;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a {@code where} object: per column one text {@code operator.value}, or a list of them that must all hold, as in
 * the data API's query string; and under {@code or} and {@code and}, groups such as {@code (a.eq.1,and(b.gt.2,c.is.null))}.
 *
 * <p>A name or value with commas, dots or brackets goes in double quotes inside a group or an {@code in} list, with a
 * backslash before a quote or backslash in it.
 */
public final class WhereParser {
    /** As many as the data API takes. */
    static final int MAX_CONDITIONS = 50;
    /** As many as the data API takes. */
    static final int MAX_IN_VALUES = 1000;

    static final int MAX_NESTING = 8;

    private int conditions;

    private WhereParser() {}

    /** @param where the object, or a missing node or null for no conditions */
    public static Where parse(JsonNode where) throws InvalidFilterException {
        if (where.isMissingNode() || where.isNull()) {
            return new Where.And(List.of());
        }
        if (!where.isObject()) {
            throw new InvalidFilterException("Invalid \"where\" field");
        }
        return new WhereParser().object(where);
    }

    private Where object(JsonNode where) throws InvalidFilterException {
        List<Where> terms = new ArrayList<>();
        for (Map.Entry<String, JsonNode> member : where.properties()) {
            JsonNode value = member.getValue();
            if (value.isArray()) {
                for (JsonNode one : value) {
                    terms.add(term(member.getKey(), one));
                }
            } else {
                terms.add(term(member.getKey(), value));
            }
        }
        return terms.size() == 1 ? terms.getFirst() : new Where.And(terms);
    }

    private Where term(String name, JsonNode value) throws InvalidFilterException {
        if (!value.isTextual()) {
            throw new InvalidFilterException("Expected a text such as \"eq.1\" for \"" + shown(name) + '"');
        }
        String text = value.textValue();
        // A column may be called so as well; its condition never starts with a bracket.
        if (text.startsWith("(") && (name.equals("or") || name.equals("and"))) {
            var in = new Scanner(text);
            Where group = group(name, in, 1);
            in.requireEnd();
            return group;
        }
        int dot = text.indexOf('.');
        if (dot < 0) {
            throw new InvalidFilterException("Expected operator.value for \"" + shown(name) + '"');
        }
        Operator operator = operator(text.substring(0, dot), name);
        String operand = text.substring(dot + 1);
        if (operator != Operator.IN) {
            return condition(name, operator, List.of(operand));
        }
        var in = new Scanner(operand);
        List<String> values = list(in);
        in.requireEnd();
        return condition(name, operator, values);
    }

    private Where group(String kind, Scanner in, int nesting) throws InvalidFilterException {
        if (nesting > MAX_NESTING) {
            throw new InvalidFilterException("Groups may be nested " + MAX_NESTING + " deep at most");
        }
        in.require('(');
        List<Where> terms = new ArrayList<>();
        do {
            terms.add(member(in, nesting));
        } while (in.skip(','));
        in.require(')');
        return kind.equals("or") ? new Where.Or(terms) : new Where.And(terms);
    }

    private Where member(Scanner in, int nesting) throws InvalidFilterException {
        if (in.startsWith("or(") || in.startsWith("and(")) {
            return group(in.until("("), in, nesting + 1);
        }
        String column = in.item(".,()");
        in.require('.');
        Operator operator = operator(in.until(".,()"), column);
        in.require('.');
        return condition(column, operator, operator == Operator.IN ? list(in) : List.of(in.item(",)")));
    }

    private static List<String> list(Scanner in) throws InvalidFilterException {
        in.require('(');
        List<String> values = new ArrayList<>();
        if (in.skip(')')) {
            return values;
        }
        do {
            values.add(in.item(",)"));
            if (values.size() > MAX_IN_VALUES) {
                throw new InvalidFilterException("in.(…) may list " + MAX_IN_VALUES + " values at most");
            }
        } while (in.skip(','));
        in.require(')');
        return values;
    }

    private Where condition(String column, Operator operator, List<String> values) throws InvalidFilterException {
        if (++conditions > MAX_CONDITIONS) {
            throw new InvalidFilterException("A subscription may have " + MAX_CONDITIONS + " conditions at most");
        }
        return new Where.Condition(column, operator, values);
    }

    private static Operator operator(String name, String column) throws InvalidFilterException {
        @Nullable Operator operator = Operator.named(name);
        if (operator == null) {
            throw new InvalidFilterException("Unknown operator \"" + shown(name) + "\" for \"" + shown(column) + '"');
        }
        return operator;
    }

    /** Part of what a client sent, short enough to be sent back. */
    static String shown(String text) {
        return text.length() <= 64 ? text : text.substring(0, 64) + "…";
    }

    /** A text and how far it has been read. */
    private static final class Scanner {
        private final String text;
        private int at;

        Scanner(String text) {
            this.text = text;
        }

        boolean startsWith(String prefix) {
            return text.startsWith(prefix, at);
        }

        boolean skip(char wanted) {
            if (at < text.length() && text.charAt(at) == wanted) {
                at++;
                return true;
            }
            return false;
        }

        void require(char wanted) throws InvalidFilterException {
            if (!skip(wanted)) {
                throw new InvalidFilterException(
                        "Expected '" + wanted + "' at position " + at + " of \"" + shown(text) + '"');
            }
        }

        void requireEnd() throws InvalidFilterException {
            if (at < text.length()) {
                throw new InvalidFilterException(
                        "Unexpected '" + text.charAt(at) + "' at position " + at + " of \"" + shown(text) + '"');
            }
        }

        String until(String stops) {
            int start = at;
            while (at < text.length() && stops.indexOf(text.charAt(at)) < 0) {
                at++;
            }
            return text.substring(start, at);
        }

        /** What stands there up to one of these characters, or in quotes. */
        String item(String stops) throws InvalidFilterException {
            if (!skip('"')) {
                return until(stops);
            }
            var item = new StringBuilder();
            while (at < text.length() && text.charAt(at) != '"') {
                if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                    at++;
                }
                item.append(text.charAt(at++));
            }
            require('"');
            return item.toString();
        }
    }
}
