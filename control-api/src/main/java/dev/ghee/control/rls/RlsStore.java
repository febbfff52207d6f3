package dev.ghee.control.rls;

import dev.ghee.contracts.AppState;
import dev.ghee.control.schema.OwnerConnections;
import dev.ghee.control.schema.TableGrants;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Policies of apps' tables. Each method is one transaction, and each that names a table fails with 400
 * {@code VALIDATION_TABLE_NOT_FOUND} or {@code VALIDATION_RESERVED_TABLE}. Blocking.
 */
@ApplicationScoped
class RlsStore {
    private final OwnerConnections connections;

    RlsStore(OwnerConnections connections) {
        this.connections = connections;
    }

    /** What changes about a policy; null leaves a part as it is. */
    record PolicyChange(
            Policy.@Nullable Command command,
            @Nullable String role,
            PolicyDraft.@Nullable Condition using,
            PolicyDraft.@Nullable Condition check,
            @Nullable Boolean restrictive,
            @Nullable String userColumn) {}

    /**
     * Gives each user rows of their own. Fails with {@code VALIDATION_COLUMN_NOT_FOUND} and
     * {@code VALIDATION_INVALID_TYPE}.
     */
    UserIsolation isolate(AppState app, String table, String userColumn, @Nullable String publicReadColumn) {
        TableFacts.requireName(table);
        return connections.change(app, connection -> {
            TableFacts facts = TableFacts.find(connection, table);
            String type = facts.userColumnType(userColumn);
            if (publicReadColumn != null && !facts.typeOf(publicReadColumn).equals("boolean")) {
                throw new GheeException(
                        ErrorCode.VALIDATION_INVALID_TYPE, "Column " + publicReadColumn + " must be boolean");
            }
            var isolation = new UserIsolation(table, userColumn, type, publicReadColumn);
            execute(connection, isolation.statements());
            TableGrants.settle(connection, app.strictRls());
            return isolation;
        });
    }

    PolicyCatalogue.Listing list(AppState app) {
        return connections.read(app, PolicyCatalogue::list);
    }

    /**
     * Makes a policy in place of the one of the same name, and tries it. Returns warnings. Fails with {@code
     * RLS_UNSAFE_EXPRESSION}, {@code RLS_TYPE_MISMATCH} or {@code RLS_INVALID_EXPRESSION}, and then the old policy
     * stays.
     */
    List<String> put(AppState app, PolicyDraft draft) {
        TableFacts.requireName(draft.policy().table());
        return connections.change(app, connection -> {
            TableFacts facts = TableFacts.find(connection, draft.policy().table());
            return replace(connection, facts, draft);
        });
    }

    /** Changes a policy. Fails like {@link #put}, and with 404 {@code RESOURCE_NOT_FOUND} if there is none. */
    List<String> patch(AppState app, String table, String name, PolicyChange change) {
        TableFacts.requireName(table);
        return connections.change(app, connection -> {
            TableFacts facts = TableFacts.find(connection, table);
            Policy existing = PolicyCatalogue.find(connection, table, name).orElseThrow(RlsStore::noPolicy);
            return replace(connection, facts, PolicyDraft.changed(existing, change));
        });
    }

    private static List<String> replace(Connection connection, TableFacts facts, PolicyDraft draft)
            throws SQLException {
        Policy policy = draft.policy();
        draft.requireHarmlessFunctions(connection);
        List<String> statements = new ArrayList<>(List.of(Policy.drop(policy.table(), policy.name()), policy.create()));
        if (draft.userColumn() != null) {
            facts.userColumnType(draft.userColumn());
            statements.add(UserIsolation.trigger(policy.table(), draft.userColumn()));
        }
        execute(connection, statements);
        List<String> warnings = new ArrayList<>(PolicyTrial.run(connection, policy, facts));
        if (!facts.rowLevelSecurity()) {
            warnings.add("Row-level security is off for " + policy.table()
                    + ": the policy has no effect until it is enabled");
        }
        return warnings;
    }

    void enable(AppState app, String table) {
        TableFacts.requireName(table);
        connections.change(app, connection -> {
            TableFacts.find(connection, table);
            execute(connection, UserIsolation.enable(table));
            TableGrants.settle(connection, app.strictRls());
            return Optional.empty();
        });
    }

    /**
     * Turns row-level security off and drops the table's policies; returns how many. Fails with 404
     * {@code RESOURCE_NOT_FOUND} if there was nothing of the kind.
     */
    int disable(AppState app, String table) {
        TableFacts.requireName(table);
        return connections.change(app, connection -> {
            TableFacts facts = TableFacts.find(connection, table);
            List<String> policies = PolicyCatalogue.names(connection, table);
            if (policies.isEmpty() && !facts.rowLevelSecurity()) {
                throw noPolicy();
            }
            execute(
                    connection,
                    policies.stream().map(name -> Policy.drop(table, name)).toList());
            execute(connection, UserIsolation.disable(table));
            TableGrants.settle(connection, app.strictRls());
            return policies.size();
        });
    }

    /** Drops one policy; returns how many remain. Fails with 404 {@code RESOURCE_NOT_FOUND} if there is none. */
    int delete(AppState app, String table, String name) {
        TableFacts.requireName(table);
        return connections.change(app, connection -> {
            TableFacts.find(connection, table);
            List<String> policies = PolicyCatalogue.names(connection, table);
            if (!policies.contains(name)) {
                throw noPolicy();
            }
            execute(connection, List.of(Policy.drop(table, name)));
            return policies.size() - 1;
        });
    }

    private static void execute(Connection connection, List<String> statements) throws SQLException {
        try (Statement sql = connection.createStatement()) {
            sql.setEscapeProcessing(false);
            for (String statement : statements) {
                sql.execute(statement);
            }
        } catch (SQLException e) {
            throw PolicyTrial.failure(e);
        }
    }

    private static GheeException noPolicy() {
        return new GheeException(ErrorCode.RESOURCE_NOT_FOUND, "There is no such policy");
    }
}
