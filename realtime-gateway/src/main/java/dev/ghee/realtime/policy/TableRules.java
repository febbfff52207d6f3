package dev.ghee.realtime.policy;

import dev.ghee.realtime.policy.access.TableAccess;
import dev.ghee.realtime.policy.access.TableAccess.Rule;
import dev.ghee.realtime.policy.compiler.Compilation;
import dev.ghee.realtime.policy.compiler.PolicyCompiler;
import dev.ghee.realtime.policy.compiler.RuleEvaluator;
import dev.ghee.realtime.policy.compiler.TableName;
import dev.ghee.realtime.policy.relation.RelationNeed;
import dev.ghee.realtime.subscription.Role;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What is compiled of one table, and what of the catalogue it was compiled from. */
final class TableRules {
    private final TableAccess access;
    private final Map<TableName, TableAccess> others;
    private final Map<Role, Optional<RuleEvaluator>> evaluators = new EnumMap<>(Role.class);
    private final Map<Role, Set<String>> readable = new EnumMap<>(Role.class);
    /** Without and with the app being strict. */
    private final List<Map<Role, Rule>> rules = List.of(new EnumMap<>(Role.class), new EnumMap<>(Role.class));

    private TableRules(TableAccess access, Map<TableName, TableAccess> others) {
        this.access = access;
        this.others = others;
    }

    /** Empty when the table is gone. */
    static Optional<TableRules> read(Connection connection, int oid) throws SQLException {
        Optional<TableAccess> access = TableAccessStore.read(connection, oid);
        if (access.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new TableRules(access.get(), others(connection, access.get())));
    }

    /** The tables that the policies of this one ask. */
    static Map<TableName, TableAccess> others(Connection connection, TableAccess access) throws SQLException {
        Map<TableName, TableAccess> others = new HashMap<>();
        for (var other : TableAccessStore.oids(connection, PolicyCompiler.references(access))
                .entrySet()) {
            TableAccessStore.read(connection, other.getValue()).ifPresent(found -> others.put(other.getKey(), found));
        }
        return others;
    }

    TableAccess access() {
        return access;
    }

    Rule ruleFor(Role role, boolean strictRls) {
        return rules.get(strictRls ? 1 : 0).computeIfAbsent(role, wanted -> access.ruleFor(wanted, strictRls));
    }

    Set<String> readable(Role role) {
        return readable.computeIfAbsent(role, access::readable);
    }

    /** Everything of the catalogue that the rules come from. */
    Collection<TableAccess> sources() {
        List<TableAccess> sources = new ArrayList<>(others.values());
        sources.add(access);
        return sources;
    }

    /** Whether the role's policies have been compiled, with whatever result. */
    boolean hasTried(Role role) {
        return evaluators.containsKey(role);
    }

    /** Compiles for the roles that the earlier rules of the table were compiled for and that still have policies. */
    void triedAs(TableRules earlier) {
        for (Role role : earlier.evaluators.keySet()) {
            if (access.ruleFor(role, false) instanceof Rule.Condition) {
                evaluator(role);
            }
        }
    }

    /** The role's policies, compiled; empty when they fall back. The role has a rule that is a condition. */
    Optional<RuleEvaluator> evaluator(Role role) {
        return evaluators.computeIfAbsent(role, wanted -> switch (PolicyCompiler.compile(access, wanted, others)) {
            case Compilation.Compiled(var rule) -> Optional.of(new RuleEvaluator(rule));
            case Compilation.Fallback _ -> Optional.empty();
        });
    }

    /** What the rules compiled so far need of other tables. */
    List<RelationNeed> needs() {
        return evaluators.values().stream()
                .flatMap(Optional::stream)
                .flatMap(evaluator -> evaluator.rule().needs().stream())
                .toList();
    }
}
