package dev.ghee.realtime.policy.compiler;

import dev.ghee.realtime.policy.access.TableAccess;
import dev.ghee.realtime.policy.access.TableAccess.Policy;
import dev.ghee.realtime.subscription.Role;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compiles what it can show to mean the same as in Postgres. */
public final class PolicyCompiler {
    private static final Expression NOTHING = new Expression.Literal("false", "boolean");

    private PolicyCompiler() {}

    /** The tables that the policies ask, as far as they can be read. */
    public static Set<TableName> references(TableAccess table) {
        Set<TableName> references = new HashSet<>();
        for (Policy policy : table.definition().policies()) {
            if (policy.expression() != null) {
                try {
                    collect(ExpressionParser.parse(policy.expression()), references);
                } catch (NotCompilableException e) {
                    // Said when it is compiled.
                    continue;
                }
            }
        }
        return references;
    }

    /**
     * Compiles all policies of a role together. Row-level security is on, and the role may read the table.
     *
     * @param others those of {@link #references} that exist
     */
    public static Compilation compile(TableAccess table, Role role, Map<TableName, TableAccess> others) {
        try {
            return new Compilation.Compiled(rule(table, role, others, table.policiesOf(role)));
        } catch (NotCompilableException e) {
            return new Compilation.Fallback(e.reason());
        }
    }

    /** Why a policy of a role is not compiled; empty when it is. */
    public static Optional<String> refusal(
            TableAccess table, Policy policy, Role role, Map<TableName, TableAccess> others) {
        try {
            rule(table, role, others, List.of(policy));
            return Optional.empty();
        } catch (NotCompilableException e) {
            return Optional.of(e.reason());
        }
    }

    private static CompiledRule rule(
            TableAccess table, Role role, Map<TableName, TableAccess> others, List<Policy> policies)
            throws NotCompilableException {
        var rule = new RuleBuilder(table, role, others);
        var typer = new ExpressionTyper(rule, new PolicyNames(rule));
        Node condition = rule.hoisted(typer.condition(joined(policies), true));
        return rule.build(condition, Reach.of(condition, rule));
    }

    /** One permissive policy and all restrictive ones have to hold. */
    static Expression joined(List<Policy> policies) throws NotCompilableException {
        List<Expression> permissive = new ArrayList<>();
        List<Expression> all = new ArrayList<>();
        for (Policy policy : policies) {
            if (policy.expression() != null) {
                (policy.permissive() ? permissive : all).add(ExpressionParser.parse(policy.expression()));
            }
        }
        if (permissive.isEmpty()) {
            return NOTHING;
        }
        all.addFirst(permissive.size() == 1 ? permissive.getFirst() : new Expression.Or(permissive));
        return all.size() == 1 ? all.getFirst() : new Expression.And(all);
    }

    private static void collect(@Nullable Expression expression, Set<TableName> into) {
        switch (expression) {
            case null -> {}
            case Expression.Column _, Expression.Literal _ -> {}
            case Expression.Cast(Expression value, var _) -> collect(value, into);
            case Expression.Call(var _, List<Expression> arguments) -> arguments.forEach(each -> collect(each, into));
            case Expression.Binary(var _, Expression left, Expression right) -> {
                collect(left, into);
                collect(right, into);
            }
            case Expression.Quantified(Expression left, var _, var _, Expression array) -> {
                collect(left, into);
                collect(array, into);
            }
            case Expression.ArrayOf(List<Expression> elements) -> elements.forEach(each -> collect(each, into));
            case Expression.And(List<Expression> operands) -> operands.forEach(each -> collect(each, into));
            case Expression.Or(List<Expression> operands) -> operands.forEach(each -> collect(each, into));
            case Expression.Not(Expression operand) -> collect(operand, into);
            case Expression.IsNull(Expression operand) -> collect(operand, into);
            case Expression.IsTruth(Expression operand, var _) -> collect(operand, into);
            case Expression.IsDistinct(Expression left, Expression right) -> {
                collect(left, into);
                collect(right, into);
            }
            case Expression.NullIf(Expression value, Expression other) -> {
                collect(value, into);
                collect(other, into);
            }
            case Expression.ScalarSelect(Expression.Select select) -> collect(select, into);
            case Expression.InSelect(Expression left, Expression.Select select) -> {
                collect(left, into);
                collect(select, into);
            }
            case Expression.Exists(Expression.Select select) -> collect(select, into);
        }
    }

    private static void collect(Expression.Select select, Set<TableName> into) {
        if (select.from() != null) {
            into.add(new TableName(select.from().schema(), select.from().table()));
        }
        select.targets().forEach(target -> collect(target, into));
        collect(select.where(), into);
    }
}
