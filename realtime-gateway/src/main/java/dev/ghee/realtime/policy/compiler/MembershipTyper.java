package dev.ghee.realtime.policy.compiler;

import dev.ghee.realtime.policy.access.TableAccess;
import dev.ghee.realtime.policy.access.TableAccess.Policy;
import dev.ghee.realtime.policy.compiler.Comparison.Operator;
import dev.ghee.realtime.policy.compiler.Expression.From;
import dev.ghee.realtime.policy.compiler.Expression.Select;
import dev.ghee.realtime.policy.compiler.Membership.Lookup;
import dev.ghee.realtime.policy.relation.RelationNeed;
import dev.ghee.realtime.subscription.Role;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Gives types to a subquery on one other table. As in Postgres, the table's own policies and grants hold in it for the
 * role that asks.
 */
final class MembershipTyper {
    private static final String PUBLIC = "public";

    private final RuleBuilder rule;
    private final Select select;
    private final boolean wanted;
    private final From from;
    private final TableAccess member;
    /** Columns of the table that its rows must have here. */
    private final Set<String> columns = new HashSet<>();
    /** Columns that the role must have a grant on: those in the subquery itself. */
    private final Set<String> named = new HashSet<>();

    MembershipTyper(RuleBuilder rule, Select select, boolean wanted) throws NotCompilableException {
        this.rule = rule;
        this.select = select;
        this.wanted = wanted;
        if (select.from() == null) {
            throw new NotCompilableException("a subquery without a table");
        }
        this.from = select.from();
        this.member = rule.other(new TableName(from.schema(), from.table()))
                .orElseThrow(() -> new NotCompilableException("a subquery on " + from.table() + ", which is unknown"));
    }

    Node typed(@Nullable Node left) throws NotCompilableException {
        requireOrdinary();
        var typer = new ExpressionTyper(rule, new SubqueryNames());
        List<Node> conditions = new ArrayList<>();
        if (select.where() != null) {
            conditions.addAll(conjuncts(typer.condition(select.where(), true)));
        }
        Comparison match = left == null ? null : match(left, typer);
        if (left == null) {
            nameTargets();
        }
        if (!mayBeRead()) {
            return rule.hoisted(new Settings.Refused(
                    SqlType.Scalar.BOOL, "the role may not read " + from.table() + ", which the policy asks"));
        }
        policies().ifPresent(policies -> conditions.addAll(conjuncts(policies)));
        if (match != null && wanted) {
            conditions.add(match);
        }
        return membership(conditions, wanted ? null : match);
    }

    private void requireOrdinary() throws NotCompilableException {
        if (!from.schema().equals(PUBLIC) || !member.definition().plain()) {
            throw new NotCompilableException("a subquery on " + from.table() + ", which is not an ordinary table");
        }
        if (member.relationOid() == rule.table().relationOid()
                || from.alias().equals(rule.table().definition().table())) {
            throw new NotCompilableException("a subquery on the table itself");
        }
    }

    private Comparison match(Node left, ExpressionTyper typer) throws NotCompilableException {
        if (select.targets().size() != 1) {
            throw new NotCompilableException("a subquery of several columns");
        }
        Node target = typer.value(select.targets().getFirst());
        ExpressionTyper.requireComparable(left.type(), target.type(), Operator.EQUAL);
        List<Node> sides = rule.together(List.of(left, target));
        return new Comparison(Operator.EQUAL, sides.getFirst(), sides.getLast());
    }

    /** What EXISTS selects is not evaluated, but the role must be allowed to. */
    private void nameTargets() throws NotCompilableException {
        for (Expression target : select.targets()) {
            switch (target) {
                case Expression.Column(String table, String name)
                when from.alias().equals(table) -> named.add(name);
                case Expression.Literal _ -> {}
                default -> throw new NotCompilableException("a subquery that selects more than columns");
            }
        }
    }

    private boolean mayBeRead() {
        Role role = rule.role();
        return named.isEmpty()
                ? member.isReadableBy(role)
                : named.stream()
                        .allMatch(name -> member.column(name)
                                .filter(column -> column.readableBy(role))
                                .isPresent());
    }

    private Optional<Node> policies() throws NotCompilableException {
        if (!member.definition().rls()) {
            return Optional.empty();
        }
        List<Policy> policies = member.policiesOf(rule.role());
        return Optional.of(
                new ExpressionTyper(rule, new MemberNames()).condition(PolicyCompiler.joined(policies), true));
    }

    private Node membership(List<Node> conditions, @Nullable Comparison exactly) throws NotCompilableException {
        Lookup byRow = null;
        Lookup byViewer = null;
        for (Node condition : conditions) {
            Lookup lookup = lookup(condition);
            if (lookup != null && lookup.value().sources() == Node.ROW && byRow == null) {
                byRow = lookup;
            } else if (lookup != null && lookup.value().sources() == Node.VIEWER && byViewer == null) {
                byViewer = lookup;
            }
        }
        if (byRow == null && byViewer == null) {
            throw new NotCompilableException("a subquery on " + from.table() + " that is not looked up by a column");
        }
        Set<String> keys = new HashSet<>();
        for (Lookup lookup : new Lookup[] {byRow, byViewer}) {
            if (lookup != null) {
                keys.add(lookup.column());
            }
        }
        rule.need(new RelationNeed(member.relationOid(), from.schema(), from.table(), columns, keys));
        return new Membership(member.relationOid(), byRow, byViewer, new Logic.And(rule.together(conditions)), exactly);
    }

    /** Reads {@code column = value} where the value's text is what the column's would be; null for anything else. */
    private static @Nullable Lookup lookup(Node condition) {
        if (!(condition instanceof Comparison(Operator operator, Node left, Node right))
                || operator != Operator.EQUAL) {
            return null;
        }
        Node.MemberColumn column = left instanceof Node.MemberColumn member ? member : null;
        Node value = right;
        if (column == null) {
            column = right instanceof Node.MemberColumn member ? member : null;
            value = left;
        }
        return column != null && column.type().hasOneTextPerValue() ? new Lookup(column.name(), value) : null;
    }

    private static List<Node> conjuncts(Node condition) {
        return condition instanceof Logic.And and
                ? and.operands().stream()
                        .flatMap(operand -> conjuncts(operand).stream())
                        .toList()
                : List.of(condition);
    }

    private Node memberColumn(String name) throws NotCompilableException {
        SqlType type = RuleBuilder.columnType(member, name);
        columns.add(name);
        return new Node.MemberColumn(type, name);
    }

    /** What names mean in the subquery: everything is qualified. */
    private final class SubqueryNames implements ExpressionTyper.Names {
        @Override
        public Node column(@Nullable String table, String name) throws NotCompilableException {
            if (from.alias().equals(table)) {
                named.add(name);
                return memberColumn(name);
            }
            if (Objects.equals(table, rule.table().definition().table())) {
                return rule.column(name);
            }
            throw new NotCompilableException("the column " + name + " of an unknown table");
        }

        @Override
        public Node subquery(@Nullable Node left, Select inner, boolean innerWanted) throws NotCompilableException {
            throw new NotCompilableException("a subquery in a subquery");
        }
    }

    /** What names mean in the policies of the subquery's table. */
    private final class MemberNames implements ExpressionTyper.Names {
        @Override
        public Node column(@Nullable String table, String name) throws NotCompilableException {
            if (table != null && !table.equals(from.table())) {
                throw new NotCompilableException("the table " + table);
            }
            return memberColumn(name);
        }

        @Override
        public Node subquery(@Nullable Node left, Select inner, boolean innerWanted) throws NotCompilableException {
            throw new NotCompilableException("a subquery on " + from.table() + ", whose policies ask another table");
        }
    }
}
