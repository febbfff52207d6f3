package dev.ghee.realtime.policy.compiler;

import dev.ghee.realtime.policy.relation.RelationNeed;
import dev.ghee.realtime.subscription.Role;
import java.util.List;
import java.util.Set;

/**
 * All policies of a table for a role, as a predicate. Immutable; a {@link RuleEvaluator} applies it.
 *
 * @param columns that the predicate reads, in the order of {@code rowColumns}
 * @param facts what it asks of a viewer alone
 * @param needs the tables that it looks memberships up in
 */
public record CompiledRule(
        Role role,
        List<Node.RowColumn> rowColumns,
        List<String> columns,
        List<Node> facts,
        Node condition,
        Reach reach,
        Set<RelationNeed> needs) {

    /** Whether a viewer's facts can fail, which denies it also where the row alone would do. */
    boolean mayFail() {
        return facts.stream().anyMatch(CompiledRule::mayFail);
    }

    private static boolean mayFail(Node node) {
        return !(node instanceof Settings.CurrentUserId || node instanceof Settings.Setting);
    }
}
