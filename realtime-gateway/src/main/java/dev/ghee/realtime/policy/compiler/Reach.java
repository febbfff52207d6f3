package dev.ghee.realtime.policy.compiler;

import dev.ghee.realtime.policy.compiler.Comparison.Operator;
import dev.ghee.realtime.policy.compiler.Membership.Lookup;
import dev.ghee.realtime.policy.relation.Tuple;
import dev.ghee.realtime.subscription.Groups;
import dev.ghee.realtime.subscription.ViewerKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the viewers who may see a row are found without asking them all. It finds them all and maybe some more; the
 * condition itself decides.
 */
sealed interface Reach {
    /** Adds the viewers of a row; false when nothing narrows them down and all have to be asked. */
    boolean find(Scope scope, Groups groups, ViewerSet found);

    /** For choosing among several: fewer rows of other tables, then fewer viewers. */
    int cost();

    record Everybody() implements Reach {
        private static final int COST = 1_000;

        @Override
        public boolean find(Scope scope, Groups groups, ViewerSet found) {
            return false;
        }

        @Override
        public int cost() {
            return COST;
        }
    }

    /** Those whose key equals a value of the row. */
    record ByKey(ViewerKey key, Node value) implements Reach {
        @Override
        public boolean find(Scope scope, Groups groups, ViewerSet found) {
            Object wanted = value.value(scope);
            if (wanted != null) {
                found.add(groups.with(key, FactKey.text(wanted)));
            }
            return true;
        }

        @Override
        public int cost() {
            return 1;
        }
    }

    /** Those whom the rows of another table name that belong to this row. */
    record ByRelation(int oid, Lookup row, String column, ViewerKey key) implements Reach {
        @Override
        public boolean find(Scope scope, Groups groups, ViewerSet found) {
            for (Tuple tuple : row.rows(scope.relation(oid), scope)) {
                String text = tuple.text(column);
                if (text != null) {
                    found.add(groups.with(key, text));
                }
            }
            return true;
        }

        @Override
        public int cost() {
            return 2;
        }
    }

    /** Nobody, unless the row fulfils a condition. */
    record When(Node condition, Reach then) implements Reach {
        @Override
        public boolean find(Scope scope, Groups groups, ViewerSet found) {
            return condition.truth(scope) != Truth.TRUE || then.find(scope, groups, found);
        }

        @Override
        public int cost() {
            return then.cost();
        }
    }

    record Union(List<Reach> parts) implements Reach {
        @Override
        public boolean find(Scope scope, Groups groups, ViewerSet found) {
            for (Reach part : parts) {
                if (!part.find(scope, groups, found)) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public int cost() {
            return parts.stream().mapToInt(Reach::cost).sum();
        }
    }

    /** @param rule that the condition's facts belong to */
    static Reach of(Node condition, RuleBuilder rule) {
        if (isOfRowAlone(condition)) {
            return new When(condition, new Everybody());
        }
        return switch (condition) {
            case Logic.And(List<Node> operands, int _) -> all(operands, rule);
            case Logic.Or(List<Node> operands, int _) ->
                new Union(operands.stream().map(operand -> of(operand, rule)).toList());
            case Logic.IsTruth(Node operand, Truth wanted) when wanted == Truth.TRUE -> of(operand, rule);
            case Comparison(Operator operator, Node left, Node right)
            when operator == Operator.EQUAL -> {
                Reach found = byKey(left, right, rule);
                found = found == null ? byKey(right, left, rule) : found;
                yield found == null ? new Everybody() : found;
            }
            case Membership membership -> byRelation(membership, rule);
            default -> new Everybody();
        };
    }

    private static Reach all(List<Node> operands, RuleBuilder rule) {
        List<Node> ofRow = new ArrayList<>();
        List<Reach> others = new ArrayList<>();
        for (Node operand : operands) {
            if (isOfRowAlone(operand)) {
                ofRow.add(operand);
            } else {
                others.add(of(operand, rule));
            }
        }
        Reach best = others.stream().min(Comparator.comparingInt(Reach::cost)).orElseGet(Everybody::new);
        return ofRow.isEmpty() ? best : new When(new Logic.And(ofRow), best);
    }

    private static @Nullable Reach byKey(Node viewer, Node row, RuleBuilder rule) {
        boolean fits = viewer instanceof Node.Fact
                && isOfRowAlone(row)
                && viewer.type().hasOneTextPerValue();
        return fits && viewer instanceof Node.Fact fact ? new ByKey(FactKey.of(rule.fact(fact.index())), row) : null;
    }

    private static Reach byRelation(Membership membership, RuleBuilder rule) {
        Lookup row = membership.byRow();
        Lookup viewer = membership.byViewer();
        if (row == null
                || viewer == null
                || membership.exactly() != null
                || !(viewer.value() instanceof Node.Fact fact)) {
            return new Everybody();
        }
        return new ByRelation(membership.oid(), row, viewer.column(), FactKey.of(rule.fact(fact.index())));
    }

    private static boolean isOfRowAlone(Node node) {
        return (node.sources() & ~Node.ROW) == 0;
    }
}
