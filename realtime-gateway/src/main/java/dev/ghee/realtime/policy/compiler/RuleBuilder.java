package dev.ghee.realtime.policy.compiler;

import dev.ghee.realtime.policy.access.TableAccess;
import dev.ghee.realtime.policy.relation.RelationNeed;
import dev.ghee.realtime.subscription.Role;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Gathers what a rule reads of the row, the viewer and other tables while its condition is given types. */
final class RuleBuilder {
    private static final int MAX_NODES = 2_000;

    private final TableAccess table;
    private final Role role;
    private final Map<TableName, TableAccess> others;
    private final Map<String, Node.RowColumn> columns = new LinkedHashMap<>();
    private final List<Node> facts = new ArrayList<>();
    private final Map<Integer, RelationNeed> needs = new LinkedHashMap<>();
    private int nodes;

    RuleBuilder(TableAccess table, Role role, Map<TableName, TableAccess> others) {
        this.table = table;
        this.role = role;
        this.others = others;
    }

    TableAccess table() {
        return table;
    }

    Role role() {
        return role;
    }

    Optional<TableAccess> other(TableName name) {
        return Optional.ofNullable(others.get(name));
    }

    /** A column of the policy's own table. */
    Node column(String name) throws NotCompilableException {
        Node.RowColumn known = columns.get(name);
        if (known == null) {
            known = new Node.RowColumn(columnType(table, name), columns.size());
            columns.put(name, known);
        }
        return known;
    }

    static SqlType columnType(TableAccess table, String name) throws NotCompilableException {
        TableAccess.Column column = table.column(name)
                .orElseThrow(() -> new NotCompilableException("the system column or whole row " + name));
        if (column.generated()) {
            throw new NotCompilableException("the generated column " + name);
        }
        SqlType type = SqlType.of(column)
                .orElseThrow(() -> new NotCompilableException("the column " + name + " of type " + column.typeName()
                        + (column.collation().equals("nondeterministic") ? " with its collation" : "")));
        if (type.isJson()) {
            throw new NotCompilableException("the column " + name + " of type " + column.typeName());
        }
        return type;
    }

    /** The enum of this name, if a column of a table at hand has it. */
    Optional<SqlType> enumeration(String name) {
        return Stream.concat(Stream.of(table), others.values().stream())
                .flatMap(known -> known.definition().columns().stream())
                .filter(column -> column.labels() != null && column.typeName().equals(name))
                .findFirst()
                .flatMap(SqlType::of);
    }

    /** What depends on the viewer alone, put where it is computed once; anything else as it is. */
    Node hoisted(Node node) {
        if (!node.isOfViewerAlone() || node instanceof Node.Fact) {
            return node;
        }
        int index = facts.indexOf(node);
        if (index < 0) {
            index = facts.size();
            facts.add(node);
        }
        return new Node.Fact(node.type(), index);
    }

    /** Parts that are about to be put together: what is the viewer's alone is hoisted when others are not. */
    List<Node> together(List<Node> parts) throws NotCompilableException {
        nodes += parts.size();
        if (nodes > MAX_NODES) {
            throw new NotCompilableException("it has too many parts");
        }
        boolean viewerAlone = parts.stream().allMatch(part -> (part.sources() & ~Node.VIEWER) == 0);
        // A fact is put together with others by its place, so that it is never asked for a viewer's claims again.
        boolean unhoisted = viewerAlone && parts.stream().noneMatch(part -> part instanceof Node.Fact);
        return unhoisted ? parts : parts.stream().map(this::hoisted).toList();
    }

    void need(RelationNeed need) {
        needs.merge(need.oid(), need, RelationNeed::with);
    }

    Node fact(int index) {
        return facts.get(index);
    }

    CompiledRule build(Node condition, Reach reach) {
        return new CompiledRule(
                role,
                List.copyOf(columns.values()),
                List.copyOf(columns.keySet()),
                List.copyOf(facts),
                condition,
                reach,
                Set.copyOf(needs.values()));
    }
}
