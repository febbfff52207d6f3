package dev.ghee.realtime.policy;

import dev.ghee.contracts.AppState;
import dev.ghee.realtime.change.Table;
import dev.ghee.realtime.database.AppConnections;
import dev.ghee.realtime.policy.access.TableAccess;
import dev.ghee.realtime.policy.access.TableAccess.Policy;
import dev.ghee.realtime.policy.compiler.PolicyCompiler;
import dev.ghee.realtime.policy.compiler.TableName;
import dev.ghee.realtime.subscription.Role;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Says which policies are compiled, for those who write them. Blocking. */
@ApplicationScoped
public class PolicyReports {
    private static final List<Role> ROLES = List.of(Role.ANON, Role.USER);

    private final AppConnections connections;

    PolicyReports(AppConnections connections) {
        this.connections = connections;
    }

    /**
     * What becomes of a policy for one role that it applies to.
     *
     * @param reason what it uses that is not compiled; empty when it is. One such policy takes the others of the same
     *     table and role to the database with it.
     */
    public record PolicyReport(String table, String policy, Role role, Optional<String> reason) {
        public boolean compiled() {
            return reason.isEmpty();
        }
    }

    /** Of tables in {@code public}; those that are gone or have no row-level security have none. */
    public List<PolicyReport> of(AppState app, Collection<String> tables) throws SQLException {
        List<PolicyReport> reports = new ArrayList<>();
        try (Connection connection = connections.owner(app)) {
            List<TableName> names = tables.stream()
                    .sorted()
                    .map(table -> new TableName(Table.PUBLIC, table))
                    .toList();
            Map<TableName, Integer> oids = TableAccessStore.oids(connection, names);
            for (TableName name : names) {
                if (oids.containsKey(name)) {
                    Optional<TableAccess> access = TableAccessStore.read(connection, oids.get(name));
                    if (access.isPresent() && access.get().definition().rls()) {
                        report(access.get(), TableRules.others(connection, access.get()), reports);
                    }
                }
            }
        }
        return reports;
    }

    private static void report(TableAccess access, Map<TableName, TableAccess> others, List<PolicyReport> into) {
        for (Role role : ROLES) {
            for (Policy policy : access.policiesOf(role)) {
                into.add(new PolicyReport(
                        access.definition().table(),
                        policy.name(),
                        role,
                        PolicyCompiler.refusal(access, policy, role, others)));
            }
        }
    }
}
