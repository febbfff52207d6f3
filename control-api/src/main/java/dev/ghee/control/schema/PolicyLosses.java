package dev.ghee.control.schema;

import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Watches the policies while tables are dropped: a policy on another table that mentions a dropped one goes with it.
 * Losing a permissive policy hides rows, which is worth a warning; losing a restrictive one would show rows that it hid,
 * which is refused.
 */
final class PolicyLosses {
    private static final String POLICIES = """
            SELECT c.oid::text || ':' || p.polname, c.relname || '.' || p.polname, p.polpermissive
            FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
            WHERE c.relnamespace = 'public'::regnamespace""";

    private static final String TABLES =
            "SELECT oid::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')";

    private final Set<Policy> before;

    private record Policy(String key, String name, boolean permissive) {
        String tableOid() {
            return key.substring(0, key.indexOf(':'));
        }
    }

    private PolicyLosses(Set<Policy> before) {
        this.before = before;
    }

    static PolicyLosses watch(Connection connection) throws SQLException {
        return new PolicyLosses(policies(connection));
    }

    /** Warnings about what is gone. Fails with 409 {@code SCHEMA_DESTRUCTIVE_CHANGE} for a restrictive policy. */
    List<String> warnings(Connection connection) throws SQLException {
        Set<Policy> lost = new LinkedHashSet<>(before);
        lost.removeAll(policies(connection));
        Set<String> tables = tables(connection);
        lost.removeIf(policy -> !tables.contains(policy.tableOid()));
        List<String> restrictive = lost.stream()
                .filter(policy -> !policy.permissive())
                .map(policy -> "Drop policy " + policy.name())
                .toList();
        if (!restrictive.isEmpty()) {
            throw new GheeException(
                            ErrorCode.SCHEMA_DESTRUCTIVE_CHANGE,
                            "A dropped table is used by a restrictive policy; delete that policy first")
                    .withDetails(restrictive);
        }
        return lost.stream()
                .map(policy -> "Policy " + policy.name() + " is gone, because it used a table that was dropped")
                .toList();
    }

    private static Set<Policy> policies(Connection connection) throws SQLException {
        Set<Policy> policies = new LinkedHashSet<>();
        try (Statement sql = connection.createStatement();
                ResultSet row = sql.executeQuery(POLICIES)) {
            while (row.next()) {
                policies.add(new Policy(row.getString(1), row.getString(2), row.getBoolean(3)));
            }
        }
        return policies;
    }

    private static Set<String> tables(Connection connection) throws SQLException {
        Set<String> tables = new LinkedHashSet<>();
        try (Statement sql = connection.createStatement();
                ResultSet row = sql.executeQuery(TABLES)) {
            while (row.next()) {
                tables.add(row.getString(1));
            }
        }
        return tables;
    }
}
