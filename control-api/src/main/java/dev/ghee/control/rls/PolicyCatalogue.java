package dev.ghee.control.rls;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The policies that a database has. */
final class PolicyCatalogue {
    private static final String POLICIES = """
            SELECT schemaname, tablename, policyname, permissive, roles::text[], cmd, qual, with_check
            FROM pg_policies WHERE schemaname = 'public' AND tablename NOT LIKE '\\_%'""";
    private static final String ALL = POLICIES + " ORDER BY tablename, policyname";
    private static final String ONE = POLICIES + " AND tablename = ? AND policyname = ?";
    private static final String NAMES =
            "SELECT policyname FROM pg_policies WHERE schemaname = 'public' AND tablename = ? ORDER BY policyname";
    private static final String SECURED = """
            SELECT relname FROM pg_class
            WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND relrowsecurity
              AND relname NOT LIKE '\\_%' ORDER BY relname""";

    private PolicyCatalogue() {}

    /** A row of {@code pg_policies}, under its column names. */
    record Row(
            String schemaname,
            String tablename,
            String policyname,
            String permissive,
            List<String> roles,
            String cmd,
            @Nullable String qual,
            @JsonProperty("with_check") @Nullable String withCheck) {

        private static Row of(ResultSet row) throws SQLException {
            return new Row(
                    row.getString(1),
                    row.getString(2),
                    row.getString(3),
                    row.getString(4),
                    List.of((String[]) row.getArray(5).getArray()),
                    row.getString(6),
                    row.getString(7),
                    row.getString(8));
        }

        private Policy policy() {
            return new Policy(
                    tablename,
                    policyname,
                    Policy.Command.parse(cmd).orElse(Policy.Command.ALL),
                    permissive.equals("RESTRICTIVE"),
                    roles,
                    qual,
                    withCheck);
        }
    }

    /** @param tablesWithRls tables that have row-level security on, with or without policies */
    record Listing(
            List<Row> policies,
            @JsonProperty("tables_with_rls") List<String> tablesWithRls) {}

    static Listing list(Connection connection) throws SQLException {
        List<Row> policies = new ArrayList<>();
        List<String> tables = new ArrayList<>();
        try (Statement sql = connection.createStatement()) {
            try (ResultSet row = sql.executeQuery(ALL)) {
                while (row.next()) {
                    policies.add(Row.of(row));
                }
            }
            try (ResultSet row = sql.executeQuery(SECURED)) {
                while (row.next()) {
                    tables.add(row.getString(1));
                }
            }
        }
        return new Listing(policies, tables);
    }

    static Optional<Policy> find(Connection connection, String table, String policy) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(ONE)) {
            query.setString(1, table);
            query.setString(2, policy.replace("\0", ""));
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? Optional.of(Row.of(row).policy()) : Optional.empty();
            }
        }
    }

    static List<String> names(Connection connection, String table) throws SQLException {
        List<String> names = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(NAMES)) {
            query.setString(1, table);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    names.add(row.getString(1));
                }
            }
        }
        return names;
    }
}
