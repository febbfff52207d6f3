package dev.ghee.control.schema;

import dev.ghee.appdb.Cluster;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Who may touch which table at all, before any policy is asked. This is the only place that grants or revokes rights on
 * an app's tables:
 *
 * <ul>
 *   <li>the service role always may;
 *   <li>signed-in users may, except on a table without row-level security of an app with {@code strict_rls};
 *   <li>anonymous callers may only on a table with row-level security, where they see what a policy shows them.
 * </ul>
 */
public final class TableGrants {
    private static final String STATE = """
            SELECT c.relname, c.relrowsecurity, r.rolname,
                   has_table_privilege(r.oid, c.oid, 'SELECT') AND has_table_privilege(r.oid, c.oid, 'INSERT')
                     AND has_table_privilege(r.oid, c.oid, 'UPDATE') AND has_table_privilege(r.oid, c.oid, 'DELETE'),
                   has_table_privilege(r.oid, c.oid, 'SELECT, INSERT, UPDATE, DELETE')
            FROM pg_class c CROSS JOIN pg_roles r
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
              AND r.rolname IN ('butterbase_anon', 'butterbase_user', 'butterbase_service')
              AND NOT EXISTS (SELECT 1 FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid
                              AND e.deptype = 'e')
            ORDER BY c.relname, r.rolname""";

    private TableGrants() {}

    /**
     * Brings every table's rights in line with its row-level security, as part of the connection's transaction; returns
     * how many grants and revocations that took. Call
     * it after whatever makes a table or turns row-level security or {@code strict_rls} on or off.
     */
    public static int settle(Connection connection, boolean strictRls) throws SQLException {
        List<String> statements = new ArrayList<>();
        try (Statement sql = connection.createStatement()) {
            try (ResultSet row = sql.executeQuery(STATE)) {
                while (row.next()) {
                    String table = DslName.table(row.getString(1));
                    String role = row.getString(3);
                    boolean entitled = entitled(role, row.getBoolean(2), strictRls);
                    if (entitled && !row.getBoolean(4)) {
                        statements.add("GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE " + table + " TO " + role);
                    } else if (!entitled && row.getBoolean(5)) {
                        statements.add("REVOKE ALL ON TABLE " + table + " FROM " + role);
                    }
                }
            }
            for (String statement : statements) {
                sql.execute(statement);
            }
            return statements.size();
        }
    }

    static boolean entitled(String role, boolean rowLevelSecurity, boolean strictRls) {
        return switch (role) {
            case Cluster.SERVICE -> true;
            case Cluster.USER -> rowLevelSecurity || !strictRls;
            default -> rowLevelSecurity;
        };
    }
}
