package dev.ghee.control.schema;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Tables without row-level security, which their author may not have meant to leave like that. */
final class OpenTables {
    private static final String SECURED = """
            SELECT relname FROM pg_class
            WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND relrowsecurity""";

    private OpenTables() {}

    /** One warning for each table of the schema that has no row-level security, or will have none once it exists. */
    static List<String> warnings(Connection connection, Schema schema, boolean strictRls) throws SQLException {
        Set<String> secured = new HashSet<>();
        try (Statement sql = connection.createStatement();
                ResultSet row = sql.executeQuery(SECURED)) {
            while (row.next()) {
                secured.add(row.getString(1));
            }
        }
        return schema.tables().keySet().stream()
                .filter(table -> !secured.contains(table))
                .map(table -> warning(table, strictRls))
                .toList();
    }

    private static String warning(String table, boolean strictRls) {
        return strictRls
                ? "Table " + table + " has no row-level security and strict_rls is on: only service keys may use it"
                : "Table " + table
                        + " has no row-level security: every signed-in user may read and change all its rows";
    }
}
