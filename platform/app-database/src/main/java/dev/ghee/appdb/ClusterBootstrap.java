package dev.ghee.appdb;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes the platform's roles in a cluster, and databases that the platform owns. Safe to repeat and to race. */
public final class ClusterBootstrap {
    /** Any constant will do, as long as every process uses the same. */
    static final long LOCK = 0x67686565L;

    private static final String DEFAULT_DATABASE = "postgres";

    private final Cluster cluster;

    public ClusterBootstrap(Cluster cluster) {
        this.cluster = cluster;
    }

    /** Creates the roles that are missing and sets the passwords of those that log in. */
    public void createRoles() throws SQLException {
        try (Connection admin = cluster.admin(DEFAULT_DATABASE)) {
            admin.setAutoCommit(false);
            try (Statement sql = admin.createStatement()) {
                sql.execute("SELECT pg_advisory_xact_lock(" + LOCK + ")");
                for (var role : roles().entrySet()) {
                    if (!exists(admin, "SELECT 1 FROM pg_roles WHERE rolname = ?", role.getKey())) {
                        sql.execute("CREATE ROLE " + role.getKey());
                    }
                    sql.execute("ALTER ROLE " + role.getKey() + " " + role.getValue());
                }
                // To see how far behind the readers of slots are.
                sql.execute("GRANT pg_read_all_stats TO " + Cluster.REPLICATOR);
                List<String> requestRoles = List.of(Cluster.ANON, Cluster.USER, Cluster.SERVICE);
                for (String member : List.of(Cluster.AUTHENTICATOR, Cluster.OWNER)) {
                    sql.execute("GRANT " + String.join(", ", requestRoles) + " TO " + member);
                }
            }
            admin.commit();
        }
    }

    /** Creates a database owned by {@value Cluster#OWNER} that nobody else may connect to, unless it is there. */
    public void createDatabase(String name) throws SQLException {
        try (Connection admin = cluster.admin(DEFAULT_DATABASE);
                Statement sql = admin.createStatement()) {
            // A session lock, as CREATE DATABASE refuses to run inside a transaction.
            sql.execute("SELECT pg_advisory_lock(" + LOCK + ")");
            if (!exists(admin, "SELECT 1 FROM pg_database WHERE datname = ?", name)) {
                sql.execute(
                        "CREATE DATABASE " + name + " OWNER " + Cluster.OWNER + " TEMPLATE template0 ENCODING 'UTF8'");
            }
            sql.execute("REVOKE ALL ON DATABASE " + name + " FROM PUBLIC");
        }
    }

    private Map<String, String> roles() {
        var roles = new LinkedHashMap<String, String>();
        roles.put(Cluster.ANON, "NOLOGIN");
        roles.put(Cluster.USER, "NOLOGIN");
        roles.put(Cluster.SERVICE, "NOLOGIN");
        roles.put(Cluster.AUTHENTICATOR, "LOGIN NOINHERIT PASSWORD " + literal(cluster.authenticatorPassword()));
        // BYPASSRLS: it owns the tables, and FORCE ROW LEVEL SECURITY would hide the rows of migrations from it.
        roles.put(Cluster.OWNER, "LOGIN CREATEDB BYPASSRLS PASSWORD " + literal(cluster.ownerPassword()));
        roles.put(Cluster.REPLICATOR, "LOGIN REPLICATION PASSWORD " + literal(cluster.replicatorPassword()));
        return roles;
    }

    static boolean exists(Connection connection, String query, String name) throws SQLException {
        try (PreparedStatement find = connection.prepareStatement(query)) {
            find.setString(1, name);
            try (ResultSet row = find.executeQuery()) {
                return row.next();
            }
        }
    }

    /** ALTER ROLE takes no parameters. */
    private static String literal(String text) {
        if (text.indexOf('\\') >= 0 || text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("Passwords of platform roles may not contain a backslash");
        }
        return "'" + text.replace("'", "''") + "'";
    }
}
