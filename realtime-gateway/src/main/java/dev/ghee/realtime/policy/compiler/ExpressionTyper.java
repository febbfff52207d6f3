package dev.ghee.realtime.policy.compiler;

import dev.ghee.realtime.policy.compiler.Comparison.Operator;
import dev.ghee.realtime.policy.compiler.Expression.Select;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gives an expression types, and refuses what is not known to mean the same here as in Postgres.
 *
 * <p>{@code wanted} tells where only TRUE counts: there a subquery may answer FALSE in place of UNKNOWN.
 */
final class ExpressionTyper {
    private final RuleBuilder rule;
    private final Names names;

    /** What columns mean where the expression stands. */
    interface Names {
        Node column(@Nullable String table, String name) throws NotCompilableException;

        /** A subquery as a condition; {@code left} is null for EXISTS. */
        Node subquery(@Nullable Node left, Select select, boolean wanted) throws NotCompilableException;
    }

    ExpressionTyper(RuleBuilder rule, Names names) {
        this.rule = rule;
        this.names = names;
    }

    Node condition(Expression expression, boolean wanted) throws NotCompilableException {
        Node node = typed(expression, wanted);
        if (node.type() != SqlType.Scalar.BOOL) {
            throw new NotCompilableException("a condition that is not a boolean");
        }
        return node;
    }

    Node value(Expression expression) throws NotCompilableException {
        return typed(expression, false);
    }

    private Node typed(Expression expression, boolean wanted) throws NotCompilableException {
        return switch (expression) {
            case Expression.Column(String table, String name) -> names.column(table, name);
            case Expression.Literal literal -> literal(literal);
            case Expression.Cast(Expression operand, String type) -> Casts.cast(value(operand), target(type));
            case Expression.Call call -> Calls.typed(call, rule);
            case Expression.Binary binary -> binary(binary);
            case Expression.Quantified quantified -> quantified(quantified, wanted);
            case Expression.ArrayOf _ -> throw new NotCompilableException("an array as a value");
            case Expression.And(List<Expression> operands) -> new Logic.And(conditions(operands, wanted));
            case Expression.Or(List<Expression> operands) -> new Logic.Or(conditions(operands, wanted));
            case Expression.Not(Expression operand) -> new Logic.Not(condition(operand, false));
            case Expression.IsNull(Expression operand) -> new Logic.IsNull(value(operand));
            case Expression.IsTruth(Expression operand, Truth truth) ->
                new Logic.IsTruth(condition(operand, wanted && truth == Truth.TRUE), truth);
            case Expression.IsDistinct(Expression left, Expression right) -> {
                List<Node> sides = comparable(value(left), value(right), Operator.EQUAL);
                yield new Comparison.Distinct(sides.getFirst(), sides.getLast());
            }
            case Expression.NullIf(Expression operand, Expression other) -> {
                List<Node> sides = comparable(value(operand), value(other), Operator.EQUAL);
                yield new Comparison.NullIf(sides.getFirst(), sides.getLast());
            }
            case Expression.ScalarSelect(Select select) -> scalar(select);
            case Expression.InSelect(Expression left, Select select) -> names.subquery(value(left), select, wanted);
            case Expression.Exists(Select select) -> names.subquery(null, select, wanted);
        };
    }

    private List<Node> conditions(List<Expression> operands, boolean wanted) throws NotCompilableException {
        List<Node> conditions = new ArrayList<>(operands.size());
        for (Expression operand : operands) {
            conditions.add(condition(operand, wanted));
        }
        return rule.together(conditions);
    }

    private Node literal(Expression.Literal literal) throws NotCompilableException {
        SqlType type = target(literal.type());
        try {
            return new Node.Constant(type, literal.text() == null ? null : type.decode(literal.text()));
        } catch (EvaluationException e) {
            throw new NotCompilableException("a constant of type " + literal.type());
        }
    }

    private SqlType target(String name) throws NotCompilableException {
        return SqlType.named(name)
                .or(() -> rule.enumeration(name))
                .orElseThrow(() -> new NotCompilableException("the type " + name));
    }

    private Node binary(Expression.Binary binary) throws NotCompilableException {
        return switch (binary.operator()) {
            case "->" -> Calls.field(value(binary.left()), binary.right(), false);
            case "->>" -> Calls.field(value(binary.left()), binary.right(), true);
            default -> comparison(operator(binary.operator()), value(binary.left()), value(binary.right()));
        };
    }

    private static Operator operator(String sign) throws NotCompilableException {
        return switch (sign) {
            case "=" -> Operator.EQUAL;
            case "<>" -> Operator.NOT_EQUAL;
            case "<" -> Operator.LESS;
            case "<=" -> Operator.AT_MOST;
            case ">" -> Operator.GREATER;
            case ">=" -> Operator.AT_LEAST;
            default -> throw new NotCompilableException("the operator " + sign);
        };
    }

    private Node comparison(Operator operator, Node left, Node right) throws NotCompilableException {
        List<Node> sides = comparable(left, right, operator);
        return new Comparison(operator, sides.getFirst(), sides.getLast());
    }

    /** Both sides, when Postgres compares them without converting either. */
    private List<Node> comparable(Node left, Node right, Operator operator) throws NotCompilableException {
        requireComparable(left.type(), right.type(), operator);
        return rule.together(List.of(left, right));
    }

    static void requireComparable(SqlType a, SqlType b, Operator operator) throws NotCompilableException {
        boolean ordering = operator != Operator.EQUAL && operator != Operator.NOT_EQUAL;
        boolean fits = switch (a) {
            case SqlType.Text(String collation) ->
                b instanceof SqlType.Text(String other) && haveOneOrder(collation, other, ordering);
            case SqlType.Enumeration _ -> a.equals(b) && !ordering;
            case SqlType.Scalar _ -> (a == b && !a.isJson()) || (a.isInteger() && b.isInteger());
        };
        if (!fits) {
            throw new NotCompilableException(
                    a instanceof SqlType.Text && b instanceof SqlType.Text
                            ? "a comparison of text by the rules of a language"
                            : "a comparison of different types, or of one that is not compared here");
        }
    }

    private static boolean haveOneOrder(String a, String b, boolean ordering) {
        String collation = a.equals(SqlType.Text.DEFAULT_COLLATION) ? b : a;
        boolean one = b.equals(SqlType.Text.DEFAULT_COLLATION) || b.equals(collation);
        return one && (!ordering || collation.equals(SqlType.Text.C_COLLATION));
    }

    private Node quantified(Expression.Quantified quantified, boolean wanted) throws NotCompilableException {
        Operator operator = operator(quantified.operator());
        Node left = value(quantified.left());
        if (quantified.array() instanceof Expression.Call(String name, List<Expression> arguments)
                && name.equals("ARRAY")
                && arguments.getFirst() instanceof Expression.ScalarSelect(Select select)
                && operator == Operator.EQUAL
                && quantified.any()) {
            return names.subquery(left, select, wanted);
        }
        List<Node> comparisons = new ArrayList<>();
        for (Expression element : elements(quantified.array())) {
            comparisons.add(comparison(operator, left, value(element)));
        }
        List<Node> together = rule.together(comparisons);
        return quantified.any() ? new Logic.Or(together) : new Logic.And(together);
    }

    /** The elements of an array that is written out, each with the cast that the whole has. */
    private static List<Expression> elements(Expression array) throws NotCompilableException {
        return switch (array) {
            case Expression.ArrayOf(List<Expression> elements) -> elements;
            case Expression.Cast(Expression.ArrayOf(List<Expression> elements), String type)
            when type.endsWith("[]") ->
                elements.stream()
                        .map(element -> (Expression)
                                new Expression.Cast(element, type.substring(0, type.length() - "[]".length())))
                        .toList();
            default -> throw new NotCompilableException("an array that is not written out");
        };
    }

    private Node scalar(Select select) throws NotCompilableException {
        if (select.from() != null || select.where() != null || select.targets().size() != 1) {
            throw new NotCompilableException("a subquery that gives a value");
        }
        return value(select.targets().getFirst());
    }
}
