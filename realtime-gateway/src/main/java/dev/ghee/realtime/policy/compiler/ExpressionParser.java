package dev.ghee.realtime.policy.compiler;

import dev.ghee.realtime.policy.compiler.SqlTokens.Kind;
import dev.ghee.realtime.policy.compiler.SqlTokens.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads an expression as {@code pg_get_expr} prints it under an empty search path. Descends recursively; whatever it
 * does not know it refuses, so that nothing is taken for something else.
 */
final class ExpressionParser {
    private static final int MAX_DEPTH = 100;
    private static final Set<String> OPERATORS = Set.of("=", "<>", "<", "<=", ">", ">=", "->", "->>");

    private final List<Token> tokens;
    private int at;
    private int depth;

    private ExpressionParser(List<Token> tokens) {
        this.tokens = tokens;
    }

    static Expression parse(String text) throws NotCompilableException {
        var parser = new ExpressionParser(SqlTokens.of(text));
        Expression expression = parser.expression();
        parser.expectKind(Kind.END);
        return expression;
    }

    private Expression expression() throws NotCompilableException {
        if (++depth > MAX_DEPTH) {
            throw new NotCompilableException("it is nested too deeply");
        }
        Expression result = disjunction();
        depth--;
        return result;
    }

    private Expression disjunction() throws NotCompilableException {
        Expression first = conjunction();
        if (!isKeyword("OR")) {
            return first;
        }
        List<Expression> operands = new ArrayList<>(List.of(first));
        while (takeKeyword("OR")) {
            operands.add(conjunction());
        }
        return new Expression.Or(operands);
    }

    private Expression conjunction() throws NotCompilableException {
        Expression first = negation();
        if (!isKeyword("AND")) {
            return first;
        }
        List<Expression> operands = new ArrayList<>(List.of(first));
        while (takeKeyword("AND")) {
            operands.add(negation());
        }
        return new Expression.And(operands);
    }

    private Expression negation() throws NotCompilableException {
        return takeKeyword("NOT") ? new Expression.Not(comparison()) : comparison();
    }

    private Expression comparison() throws NotCompilableException {
        Expression left = operand();
        if (takeKeyword("IS")) {
            return test(left);
        }
        if (takeKeyword("IN")) {
            return new Expression.InSelect(left, parenthesisedSelect());
        }
        if (peek().kind() == Kind.SYMBOL && !Set.of(")", ",", "]").contains(peek().text())) {
            String operator = take().text();
            if (!OPERATORS.contains(operator)) {
                throw new NotCompilableException("the operator " + operator);
            }
            if (isKeyword("ANY") || isKeyword("ALL")) {
                return quantified(left, operator, take().text().equals("ANY"));
            }
            return new Expression.Binary(operator, left, operand());
        }
        return left;
    }

    private Expression test(Expression left) throws NotCompilableException {
        boolean negated = takeKeyword("NOT");
        Expression test;
        if (takeKeyword("NULL")) {
            test = new Expression.IsNull(left);
        } else if (takeKeyword("TRUE")) {
            test = new Expression.IsTruth(left, Truth.TRUE);
        } else if (takeKeyword("FALSE")) {
            test = new Expression.IsTruth(left, Truth.FALSE);
        } else if (takeKeyword("UNKNOWN")) {
            test = new Expression.IsTruth(left, Truth.UNKNOWN);
        } else if (takeKeyword("DISTINCT")) {
            expectKeyword("FROM");
            test = new Expression.IsDistinct(left, operand());
        } else {
            throw new NotCompilableException("the test IS " + peek().text());
        }
        return negated ? new Expression.Not(test) : test;
    }

    private Expression quantified(Expression left, String operator, boolean any) throws NotCompilableException {
        expectSymbol("(");
        Expression array = expression();
        expectSymbol(")");
        return new Expression.Quantified(left, operator, any, array);
    }

    private Expression operand() throws NotCompilableException {
        Expression value = primary();
        while (takeSymbol("::")) {
            String type = typeName();
            // A constant, its type said: not a conversion at run time.
            value = value instanceof Expression.Literal(String text, String known) && known.equals("unknown")
                    ? new Expression.Literal(text, type)
                    : new Expression.Cast(value, type);
        }
        return value;
    }

    private Expression primary() throws NotCompilableException {
        Token token = peek();
        switch (token.kind()) {
            case STRING -> {
                take();
                if (!peek().is(Kind.SYMBOL, "::")) {
                    throw new NotCompilableException("a constant without a type");
                }
                return new Expression.Literal(token.text(), "unknown");
            }
            case NUMBER -> {
                take();
                if (token.text().chars().filter(c -> c == '.').count() > 1
                        || token.text().endsWith(".")) {
                    throw new NotCompilableException("the number " + token.text());
                }
                return new Expression.Literal(token.text(), token.text().indexOf('.') < 0 ? "integer" : "numeric");
            }
            case KEYWORD -> {
                return keyword();
            }
            case NAME, QUOTED_NAME -> {
                return named();
            }
            case SYMBOL -> {
                if (takeSymbol("(")) {
                    return parenthesised();
                }
                throw new NotCompilableException("the sign " + token.text());
            }
            case END -> throw new NotCompilableException("an expression that ends early");
        }
        throw new IllegalStateException("a kind of token that has no case");
    }

    private Expression parenthesised() throws NotCompilableException {
        Expression inner = isKeyword("SELECT") ? new Expression.ScalarSelect(select()) : expression();
        if (isSymbol(",")) {
            throw new NotCompilableException("a row of several values");
        }
        expectSymbol(")");
        return inner;
    }

    private Expression keyword() throws NotCompilableException {
        String word = take().text();
        switch (word) {
            case "NULL" -> {
                return new Expression.Literal(null, "unknown");
            }
            case "NULLIF" -> {
                List<Expression> arguments = arguments();
                if (arguments.size() != 2) {
                    throw new NotCompilableException("NULLIF without two values");
                }
                return new Expression.NullIf(arguments.getFirst(), arguments.getLast());
            }
            case "EXISTS" -> {
                return new Expression.Exists(parenthesisedSelect());
            }
            case "ARRAY" -> {
                return array();
            }
            default -> throw new NotCompilableException(word);
        }
    }

    private Expression array() throws NotCompilableException {
        if (takeSymbol("(")) {
            Expression.Select select = select();
            expectSymbol(")");
            return new Expression.Call("ARRAY", List.of(new Expression.ScalarSelect(select)));
        }
        expectSymbol("[");
        List<Expression> elements = new ArrayList<>();
        do {
            elements.add(expression());
        } while (takeSymbol(","));
        expectSymbol("]");
        return new Expression.ArrayOf(elements);
    }

    private Expression named() throws NotCompilableException {
        Token first = take();
        boolean bare = first.kind() == Kind.NAME && !isSymbol(".") && !isSymbol("(");
        if (bare && (first.text().equals("true") || first.text().equals("false"))) {
            return new Expression.Literal(first.text(), "boolean");
        }
        if (isSymbol("(")) {
            return new Expression.Call(undotted(first.text()), arguments());
        }
        if (!takeSymbol(".")) {
            return new Expression.Column(null, first.text());
        }
        String second = name();
        if (isSymbol("(")) {
            return new Expression.Call(undotted(first.text()) + "." + undotted(second), arguments());
        }
        if (isSymbol(".")) {
            throw new NotCompilableException("a name of three parts");
        }
        return new Expression.Column(first.text(), second);
    }

    private List<Expression> arguments() throws NotCompilableException {
        expectSymbol("(");
        List<Expression> arguments = new ArrayList<>();
        if (takeSymbol(")")) {
            return arguments;
        }
        do {
            arguments.add(expression());
        } while (takeSymbol(","));
        expectSymbol(")");
        return arguments;
    }

    private Expression.Select parenthesisedSelect() throws NotCompilableException {
        expectSymbol("(");
        Expression.Select select = select();
        expectSymbol(")");
        return select;
    }

    private Expression.Select select() throws NotCompilableException {
        if (++depth > MAX_DEPTH) {
            throw new NotCompilableException("it is nested too deeply");
        }
        expectKeyword("SELECT");
        List<Expression> targets = new ArrayList<>();
        if (!isKeyword("FROM") && !isSymbol(")")) {
            do {
                targets.add(expression());
                if (takeKeyword("AS")) {
                    name();
                }
            } while (takeSymbol(","));
        }
        Expression.From from = takeKeyword("FROM") ? from() : null;
        Expression where = takeKeyword("WHERE") ? expression() : null;
        if (!isSymbol(")")) {
            throw new NotCompilableException("a subquery with " + peek().text());
        }
        depth--;
        return new Expression.Select(targets, from, where);
    }

    private Expression.From from() throws NotCompilableException {
        if (peek().kind() != Kind.NAME && peek().kind() != Kind.QUOTED_NAME) {
            throw new NotCompilableException("a subquery with a join or a subquery of its own");
        }
        String schema = name();
        if (!takeSymbol(".")) {
            throw new NotCompilableException("a subquery on something other than a table");
        }
        String table = name();
        @Nullable String alias = peek().kind() == Kind.NAME || peek().kind() == Kind.QUOTED_NAME ? name() : null;
        if (isSymbol(",") || isSymbol("(")) {
            throw new NotCompilableException("a subquery on more than one table");
        }
        return new Expression.From(schema, table, alias == null ? table : alias);
    }

    /** As written, such as {@code character varying}; one with a length or precision keeps it. */
    private String typeName() throws NotCompilableException {
        var type = new StringBuilder(undotted(name()));
        if (takeSymbol(".")) {
            type.append('.').append(undotted(name()));
        }
        modifier(type);
        for (String more : List.of("varying", "precision", "without", "with", "time", "zone")) {
            if (peek().is(Kind.NAME, more)) {
                type.append(' ').append(take().text());
                modifier(type);
            }
        }
        while (takeSymbol("[")) {
            expectSymbol("]");
            type.append("[]");
        }
        return type.toString();
    }

    private void modifier(StringBuilder type) throws NotCompilableException {
        if (takeSymbol("(")) {
            type.append('(');
            while (!takeSymbol(")")) {
                if (peek().kind() == Kind.END) {
                    throw new NotCompilableException("a type that ends early");
                }
                type.append(take().text());
            }
            type.append(')');
        }
    }

    private String name() throws NotCompilableException {
        Token token = take();
        if (token.kind() != Kind.NAME && token.kind() != Kind.QUOTED_NAME) {
            throw new NotCompilableException(token.text() + " in place of a name");
        }
        return token.text();
    }

    /** Names are put together with dots below; one that has its own would be taken for another. */
    private static String undotted(String name) throws NotCompilableException {
        if (name.indexOf('.') >= 0) {
            throw new NotCompilableException("the name " + name);
        }
        return name;
    }

    private Token peek() {
        return tokens.get(at);
    }

    private Token take() {
        Token token = tokens.get(at);
        if (token.kind() != Kind.END) {
            at++;
        }
        return token;
    }

    private boolean isSymbol(String text) {
        return peek().is(Kind.SYMBOL, text);
    }

    private boolean isKeyword(String text) {
        return peek().is(Kind.KEYWORD, text);
    }

    private boolean takeSymbol(String text) {
        return isSymbol(text) && take() != null;
    }

    private boolean takeKeyword(String text) {
        return isKeyword(text) && take() != null;
    }

    private void expectSymbol(String text) throws NotCompilableException {
        if (!takeSymbol(text)) {
            throw new NotCompilableException(describe() + " in place of " + text);
        }
    }

    private void expectKeyword(String text) throws NotCompilableException {
        if (!takeKeyword(text)) {
            throw new NotCompilableException(describe() + " in place of " + text);
        }
    }

    private void expectKind(Kind kind) throws NotCompilableException {
        if (peek().kind() != kind) {
            throw new NotCompilableException(describe());
        }
    }

    private String describe() {
        return peek().kind() == Kind.END ? "an early end" : peek().text();
    }
}
