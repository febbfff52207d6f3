package dev.ghee.control.rls;

import dev.ghee.control.schema.DatabaseFailure;
import dev.ghee.control.schema.DslName;
import dev.ghee.control.schema.TableGrants;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.tenancy.rls.SqlIdentifier;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Tries a policy that has just been made: has each statement that it is about planned under each role that it is for,
 * with row-level security on. Some mistakes show only then, such as policies that ask each other in a circle. Nothing of
 * the trial remains.
 */
final class PolicyTrial {
    private static final String INSUFFICIENT_PRIVILEGE = "42501";
    private static final String UNDEFINED_FUNCTION = "42883";
    private static final String SOMEBODY = "00000000-0000-4000-8000-000000000000";

    private PolicyTrial() {}

    /** Warnings. Fails like {@link #failure}. */
    static List<String> run(Connection connection, Policy policy, TableFacts table) throws SQLException {
        List<String> warnings = new ArrayList<>();
        for (String role : policy.callerRoles()) {
            for (Policy.Command command : policy.command().each()) {
                if (!plans(connection, table, role, command)) {
                    warnings.add("The policy refers to a table that " + role + " may not read, so " + command
                            + " will be denied to it");
                    break;
                }
            }
        }
        return warnings;
    }

    private static boolean plans(Connection connection, TableFacts table, String role, Policy.Command command)
            throws SQLException {
        Savepoint before = connection.setSavepoint();
        try (Statement sql = connection.createStatement()) {
            sql.setEscapeProcessing(false);
            sql.execute("ALTER TABLE " + DslName.table(table.name()) + " ENABLE ROW LEVEL SECURITY");
            // With row-level security on, strictness makes no difference to this table.
            TableGrants.settle(connection, false);
            sql.execute("SELECT set_config('request.jwt.claim.sub', '" + SOMEBODY + "', true)");
            sql.execute("SET LOCAL ROLE " + SqlIdentifier.quote(role));
            sql.execute("EXPLAIN " + statement(table, command));
            return true;
        } catch (SQLException e) {
            if (DatabaseFailure.state(e).equals(INSUFFICIENT_PRIVILEGE)) {
                return false;
            }
            throw failure(e);
        } finally {
            connection.rollback(before);
        }
    }

    private static String statement(TableFacts table, Policy.Command command) {
        String name = DslName.table(table.name());
        return switch (command) {
            case INSERT -> "INSERT INTO " + name + " DEFAULT VALUES";
            case DELETE -> "DELETE FROM " + name;
            case UPDATE -> {
                String column = SqlIdentifier.quote(
                        table.columnTypes().keySet().iterator().next());
                yield "UPDATE " + name + " SET " + column + " = " + column;
            }
            case SELECT, ALL -> "SELECT * FROM " + name;
        };
    }

    /**
     * {@code RLS_TYPE_MISMATCH} when no operator fits the types, {@code RLS_INVALID_EXPRESSION} for whatever else is wrong
     * with an expression.
     */
    static GheeException failure(SQLException e) {
        String state = DatabaseFailure.state(e);
        String reason = DatabaseFailure.reason(e).orElse("Postgres does not take it");
        if (state.equals(UNDEFINED_FUNCTION) && !reason.startsWith("function")) {
            return new GheeException(
                    ErrorCode.RLS_TYPE_MISMATCH,
                    "The expression compares types that do not fit (current_user_id() is text): " + reason,
                    e);
        }
        if (state.startsWith("42") || state.startsWith("22") || state.startsWith("0A") || state.startsWith("54")) {
            return new GheeException(ErrorCode.RLS_INVALID_EXPRESSION, "The expression is invalid: " + reason, e);
        }
        return DatabaseFailure.of(e, ErrorCode.EXTERNAL_DB_ERROR, "The app's database refused the policy");
    }
}
