package dev.ghee.realtime.policy;

import dev.ghee.contracts.AppState;
import dev.ghee.realtime.change.Table;
import dev.ghee.realtime.database.AppConnections;
import dev.ghee.realtime.policy.access.TableAccess;
import dev.ghee.realtime.policy.access.TableAccess.Policy;
import dev.ghee.realtime.policy.compiler.Compilation;
import dev.ghee.realtime.policy.compiler.PolicyCompiler;
import dev.ghee.realtime.policy.compiler.TableName;
import dev.ghee.realtime.policy.relation.RelationStores;
import dev.ghee.realtime.subscription.Role;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Tells an app's administrators which policies are decided in memory, and why the others are not. Blocking. */
@ApplicationScoped
public class PolicyReports {
    private static final List<Role> ROLES = List.of(Role.ANON, Role.USER);

    private final AppConnections connections;
    private final RelationStores relations;

    PolicyReports(AppConnections connections, RelationStores relations) {
        this.connections = connections;
        this.relations = relations;
    }

    /**
     * A policy that applies to SELECT.
     *
     * @param roles of ours that it applies to
     * @param mode {@code compiled}, or {@code fallback}: the database is asked
     * @param reason why it falls back; null when it does not. All policies of a role are decided together, so it may be
     *     another's
     */
    public record PolicyReport(
            String name,
            List<String> roles,
            String mode,
            @Nullable String reason) {}

    /** By table, for those that exist and have row-level security. */
    public Map<String, List<PolicyReport>> of(AppState app, Collection<String> tables) throws SQLException {
        List<TableName> names =
                tables.stream().map(table -> new TableName(Table.PUBLIC, table)).toList();
        Map<Integer, String> refusals = relations.refusals(app.appId());
        Map<String, List<PolicyReport>> reports = new TreeMap<>();
        try (Connection connection = connections.owner(app)) {
            for (var table : TableAccessStore.oids(connection, names).entrySet()) {
                Optional<TableAccess> access = TableAccessStore.read(connection, table.getValue());
                if (access.isPresent() && access.get().definition().rls()) {
                    reports.put(table.getKey().table(), report(connection, access.get(), refusals));
                }
            }
        }
        return reports;
    }

    private static List<PolicyReport> report(Connection connection, TableAccess access, Map<Integer, String> refusals)
            throws SQLException {
        Map<TableName, TableAccess> others = TableRules.others(connection, access);
        Map<String, PolicyReport> reports = new TreeMap<>();
        for (Role role : ROLES) {
            List<Policy> policies = access.policiesOf(role);
            Optional<String> together = refusal(PolicyCompiler.compile(access, role, others), refusals);
            for (Policy policy : policies) {
                Optional<String> reason = together.map(all ->
                        PolicyCompiler.refusal(access, policy, role, others).orElse(all));
                reports.merge(policy.name(), report(policy, role, reason), PolicyReports::both);
            }
        }
        return List.copyOf(reports.values());
    }

    private static Optional<String> refusal(Compilation compilation, Map<Integer, String> refusals) {
        return switch (compilation) {
            case Compilation.Fallback(String reason) -> Optional.of(reason);
            case Compilation.Compiled(var rule) ->
                rule.needs().stream()
                        .filter(need -> refusals.containsKey(need.oid()))
                        .map(need -> need.table() + ": " + refusals.get(need.oid()))
                        .findFirst();
        };
    }

    private static PolicyReport report(Policy policy, Role role, Optional<String> reason) {
        return new PolicyReport(
                policy.name(),
                List.of(role.database()),
                reason.isEmpty() ? "compiled" : "fallback",
                reason.orElse(null));
    }

    private static PolicyReport both(PolicyReport one, PolicyReport other) {
        List<String> roles = new ArrayList<>(one.roles());
        roles.addAll(other.roles());
        PolicyReport worse = one.reason() == null ? other : one;
        return new PolicyReport(one.name(), roles, worse.mode(), worse.reason());
    }
}
