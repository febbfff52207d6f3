package dev.ghee.realtime.policy.compiler;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The parsed text of a policy, before anything is known of types. */
sealed interface Expression {
    /** @param table the alias or table it is qualified with, null at the top where only the policy's table is in sight */
    record Column(@Nullable String table, String name) implements Expression {}

    /**
     * A constant.
     *
     * @param text null for NULL
     * @param type as Postgres names it
     */
    record Literal(@Nullable String text, String type) implements Expression {}

    record Cast(Expression value, String type) implements Expression {}

    /** @param name in full, such as {@code public.current_user_id}; what is built in has no schema */
    record Call(String name, List<Expression> arguments) implements Expression {}

    record Binary(String operator, Expression left, Expression right) implements Expression {}

    /** {@code = ANY (…)} or {@code <> ALL (…)}, with any operator. */
    record Quantified(Expression left, String operator, boolean any, Expression array) implements Expression {}

    record ArrayOf(List<Expression> elements) implements Expression {}

    record And(List<Expression> operands) implements Expression {}

    record Or(List<Expression> operands) implements Expression {}

    record Not(Expression operand) implements Expression {}

    record IsNull(Expression operand) implements Expression {}

    record IsTruth(Expression operand, Truth wanted) implements Expression {}

    record IsDistinct(Expression left, Expression right) implements Expression {}

    /** {@code NULLIF(a, b)}. */
    record NullIf(Expression value, Expression other) implements Expression {}

    record ScalarSelect(Select select) implements Expression {}

    record InSelect(Expression left, Select select) implements Expression {}

    record Exists(Select select) implements Expression {}

    /**
     * A plain SELECT from at most one table.
     *
     * @param from null without a FROM clause
     * @param where null without a WHERE clause
     */
    record Select(
            List<Expression> targets,
            @Nullable From from,
            @Nullable Expression where) {}

    /** @param alias what its columns are qualified with */
    record From(String schema, String table, String alias) {}
}
