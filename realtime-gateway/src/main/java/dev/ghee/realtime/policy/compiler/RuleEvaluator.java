package dev.ghee.realtime.policy.compiler;

import dev.ghee.realtime.policy.relation.Relation;
import dev.ghee.realtime.subscription.Groups;
import dev.ghee.realtime.subscription.Viewer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Applies a rule to rows and viewers, remembering what it has asked of each viewer. For one thread. */
public final class RuleEvaluator {
    private static final int[] NOBODY = {};
    /** Stands for a viewer whose facts fail. */
    private static final Object[] FAILED = {};
    /** More viewers than this, and twice those at hand, are forgotten all at once: most of them are gone. */
    private static final int MIN_REMEMBERED = 1_000;

    private final CompiledRule rule;
    private final boolean mayFail;
    private final Scope scope = new Scope();
    private final ViewerSet found = new ViewerSet();
    private final Map<Viewer, @Nullable Object[]> facts = new HashMap<>();
    private int present;
    private long failures;

    public RuleEvaluator(CompiledRule rule) {
        this.rule = rule;
        this.mayFail = rule.mayFail();
    }

    public CompiledRule rule() {
        return rule;
    }

    /** Viewers and rows that were denied because evaluating failed, since it was last asked. */
    public long takeFailures() {
        long taken = failures;
        failures = 0;
        return taken;
    }

    /**
     * The viewers of the rule's role who may see a row, ascending; not to be changed.
     *
     * @param texts of {@link CompiledRule#columns()}, in their order
     * @param relations by oid, all that the rule needs
     */
    public int[] seen(List<@Nullable String> texts, Groups groups, Map<Integer, Relation> relations) {
        int[] ofRole = groups.ofRole(rule.role());
        if (ofRole.length == 0) {
            return NOBODY;
        }
        scope.relations = relations;
        present = groups.viewers().size();
        try {
            scope.row = decoded(texts);
            Truth byRow = mayFail ? null : byRow(rule.condition());
            if (byRow != null) {
                return byRow == Truth.TRUE ? ofRole : NOBODY;
            }
            found.clear();
            int[] candidates = rule.reach().find(scope, groups, found) ? found.ascending() : ofRole;
            return verified(candidates, groups.viewers());
        } catch (EvaluationException e) {
            failures++;
            return NOBODY;
        }
    }

    private @Nullable Object[] decoded(List<@Nullable String> texts) {
        @Nullable Object[] row = new Object[texts.size()];
        for (int i = 0; i < row.length; i++) {
            String text = texts.get(i);
            row[i] = text == null ? null : rule.rowColumns().get(i).type().decode(text);
        }
        return row;
    }

    private int[] verified(int[] candidates, List<Viewer> viewers) {
        int[] seen = new int[candidates.length];
        int size = 0;
        for (int candidate : candidates) {
            Viewer viewer = viewers.get(candidate);
            if (viewer.role() == rule.role() && sees(viewer)) {
                seen[size++] = candidate;
            }
        }
        return size == seen.length ? seen : Arrays.copyOf(seen, size);
    }

    private boolean sees(Viewer viewer) {
        @Nullable Object[] known = facts(viewer);
        if (known == FAILED) {
            failures++;
            return false;
        }
        scope.facts = known;
        try {
            return rule.condition().truth(scope) == Truth.TRUE;
        } catch (EvaluationException e) {
            failures++;
            return false;
        }
    }

    private @Nullable Object[] facts(Viewer viewer) {
        @Nullable Object[] known = facts.get(viewer);
        if (known == null) {
            if (facts.size() >= MIN_REMEMBERED + 2 * present) {
                facts.clear();
            }
            known = compute(viewer);
            facts.put(viewer, known);
        }
        return known;
    }

    private @Nullable Object[] compute(Viewer viewer) {
        scope.viewer = new ViewerClaims(viewer);
        @Nullable Object[] values = new Object[rule.facts().size()];
        try {
            for (int i = 0; i < values.length; i++) {
                values[i] = rule.facts().get(i).value(scope);
            }
            return values;
        } catch (EvaluationException e) {
            return FAILED;
        } finally {
            scope.viewer = null;
        }
    }

    /** What the row decides without any viewer; null when it does not. */
    private @Nullable Truth byRow(Node node) {
        if ((node.sources() & ~Node.ROW) == 0) {
            return node.truth(scope);
        }
        return switch (node) {
            case Logic.And(List<Node> operands, int _) -> byRow(operands, Truth.TRUE);
            case Logic.Or(List<Node> operands, int _) -> byRow(operands, Truth.FALSE);
            default -> null;
        };
    }

    /** @param neutral what leaves the result to the other operands; its opposite decides alone */
    private @Nullable Truth byRow(List<Node> operands, Truth neutral) {
        Truth result = neutral;
        boolean open = false;
        for (Node operand : operands) {
            Truth decided = byRow(operand);
            if (decided == neutral.not()) {
                return decided;
            }
            open |= decided == null;
            result = decided == Truth.UNKNOWN ? Truth.UNKNOWN : result;
        }
        return open ? null : result;
    }
}
