package dev.ghee.realtime.policy.compiler;

import dev.ghee.realtime.policy.compiler.Expression.Select;
import org.jspecify.annotations.Nullable;

/** What names mean at the top of a policy. */
record PolicyNames(RuleBuilder rule) implements ExpressionTyper.Names {
    @Override
    public Node column(@Nullable String table, String name) throws NotCompilableException {
        if (table != null && !table.equals(rule.table().definition().table())) {
            throw new NotCompilableException("the table " + table);
        }
        return rule.column(name);
    }

    @Override
    public Node subquery(@Nullable Node left, Select select, boolean wanted) throws NotCompilableException {
        return new MembershipTyper(rule, select, wanted).typed(left);
    }
}
