package dev.ghee.realtime.publication;

import dev.ghee.contracts.AppState;
import dev.ghee.realtime.database.AppConnections;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Tables that are published for the gateways alone, because policies ask them for membership. {@code
 * ghee.realtime_relations} says which; gateways that need one renew its lease, and what nobody needs is taken out of
 * the publication. Blocking.
 */
@ApplicationScoped
public class RelationTables {
    private static final String PUBLICATION = "ghee_realtime";
    private static final String LOCK_NOT_AVAILABLE = "55P03";
    private static final String DUPLICATE_OBJECT = "42710";

    /** Two gateways that publish the same table at once would fail each other. */
    private static final String ONE_AT_A_TIME = "SELECT pg_catalog.pg_advisory_xact_lock(hashtext('ghee_relations'))";

    /** Whether the log tells all that happens to the rows. A row filter or a list of columns hides some of it. */
    private static final String FOLLOWED = """
            c.relreplident = 'f' AND EXISTS (
              SELECT FROM pg_catalog.pg_publication_rel r JOIN pg_catalog.pg_publication p ON p.oid = r.prpubid
              WHERE r.prrelid = c.oid AND p.pubname = 'ghee_realtime' AND r.prqual IS NULL AND r.prattrs IS NULL
                AND p.pubinsert AND p.pubupdate AND p.pubdelete AND p.pubtruncate)""";

    private static final String FIND = """
            SELECT c.relkind = 'r' AND c.relpersistence = 'p' AND NOT c.relispartition AND NOT EXISTS (
                SELECT FROM pg_catalog.pg_inherits i WHERE i.inhparent = c.oid) AS plain,
              c.relreplident, %s AS followed,
              EXISTS (SELECT FROM pg_catalog.pg_publication_rel r JOIN pg_catalog.pg_publication p ON p.oid = r.prpubid
                WHERE r.prrelid = c.oid AND p.pubname = 'ghee_realtime') AS published
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE c.oid = ?::oid AND n.nspname = ? AND c.relname = ?""".formatted(FOLLOWED);

    private static final String STILL_FOLLOWED = """
            SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE c.oid = ?::oid AND n.nspname = ? AND c.relname = ? AND %s
              AND ?::text[] <@ ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute a
                WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '')""".formatted(FOLLOWED);

    private static final String RECORD = """
            INSERT INTO ghee.realtime_relations AS r (relation, replica_identity) VALUES (?::oid, ?::"char")
            ON CONFLICT (relation) DO UPDATE SET needed_at = now(), replica_identity =
              CASE excluded.replica_identity WHEN 'f' THEN r.replica_identity ELSE excluded.replica_identity END""";

    private static final String RENEW =
            "UPDATE ghee.realtime_relations SET needed_at = now() WHERE relation = ANY (?::oid[])";

    /** Those that live tables of the same name keep published are only forgotten. */
    private static final String EXPIRED = """
            DELETE FROM ghee.realtime_relations r WHERE needed_at < now() - ? * interval '1 millisecond'
            RETURNING (
              SELECT format('%I.%I', n.nspname, c.relname)
              FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
              JOIN pg_catalog.pg_publication_rel pr ON pr.prrelid = c.oid
              JOIN pg_catalog.pg_publication p ON p.oid = pr.prpubid AND p.pubname = 'ghee_realtime'
              WHERE c.oid = r.relation AND NOT (n.nspname = 'public' AND EXISTS (
                SELECT FROM ghee.realtime_tables t WHERE t.enabled AND t.table_name = c.relname))),
              replica_identity""";

    private static final String NEEDED = "SELECT FROM ghee.realtime_relations WHERE relation = to_regclass(?)";

    private final AppConnections connections;

    RelationTables(AppConnections connections) {
        this.connections = connections;
    }

    /** The table cannot be followed in the log. The message is for the app's owner. */
    public static final class NotPublishableException extends Exception {
        private static final long serialVersionUID = 1L;

        private final boolean passing;

        private NotPublishableException(String message, boolean passing) {
            super(message);
            this.passing = passing;
        }

        /** Whether it may work in a moment. */
        public boolean isPassing() {
            return passing;
        }
    }

    /**
     * Has every later change of a table published whole. Whoever writes to it while it is being published waits, so that
     * no transaction is told of in part.
     */
    public void publish(AppState app, int oid, String schema, String table, Duration lockTimeout)
            throws SQLException, NotPublishableException {
        try (Connection connection = connections.owner(app);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute(ONE_AT_A_TIME);
            statement.execute("SET LOCAL lock_timeout = " + lockTimeout.toMillis());
            publish(connection, statement, oid, schema, table);
            connection.commit();
        } catch (SQLException e) {
            String state = String.valueOf(e.getSQLState());
            if (state.equals(LOCK_NOT_AVAILABLE) || state.equals(DUPLICATE_OBJECT)) {
                throw new NotPublishableException("a long transaction uses the table", true);
            }
            throw e;
        }
    }

    private static void publish(Connection connection, Statement statement, int oid, String schema, String table)
            throws SQLException, NotPublishableException {
        try (PreparedStatement find = connection.prepareStatement(FIND)) {
            find.setLong(1, Integer.toUnsignedLong(oid));
            find.setString(2, schema);
            find.setString(3, table);
            try (ResultSet found = find.executeQuery()) {
                if (!found.next()) {
                    throw new NotPublishableException("the table is gone", false);
                }
                if (!found.getBoolean("plain")) {
                    throw new NotPublishableException("it is a view, partitioned, unlogged or has children", false);
                }
                boolean published = found.getBoolean("published");
                if (!found.getBoolean("followed")) {
                    follow(statement, quoted(schema) + "." + quoted(table), published);
                }
                record(connection, oid, published ? "d" : found.getString("relreplident"));
            }
        }
    }

    private static void follow(Statement statement, String table, boolean published) throws SQLException {
        // Also when it is FULL already: the lock waits for open transactions that write to it.
        statement.execute("ALTER TABLE " + table + " REPLICA IDENTITY FULL");
        if (published) {
            statement.execute("ALTER PUBLICATION " + PUBLICATION + " DROP TABLE " + table);
        }
        statement.execute("ALTER PUBLICATION " + PUBLICATION + " ADD TABLE " + table);
    }

    private static void record(Connection connection, int oid, String replicaIdentity) throws SQLException {
        try (PreparedStatement record = connection.prepareStatement(RECORD)) {
            record.setLong(1, Integer.toUnsignedLong(oid));
            record.setString(2, replicaIdentity);
            record.executeUpdate();
        }
    }

    /** Whether the log tells all that happens to these columns of a table, as the connection's transaction sees it. */
    public boolean isFollowed(Connection connection, int oid, String schema, String table, List<String> columns)
            throws SQLException {
        try (PreparedStatement find = connection.prepareStatement(STILL_FOLLOWED)) {
            find.setLong(1, Integer.toUnsignedLong(oid));
            find.setString(2, schema);
            find.setString(3, table);
            find.setArray(4, connection.createArrayOf("text", columns.toArray()));
            try (ResultSet found = find.executeQuery()) {
                return found.next();
            }
        }
    }

    /** Whether gateways need the table, whatever else it is. */
    static boolean isNeeded(Connection connection, String qualified) throws SQLException {
        try (PreparedStatement find = connection.prepareStatement(NEEDED)) {
            find.setString(1, qualified);
            try (ResultSet found = find.executeQuery()) {
                return found.next();
            }
        }
    }

    /**
     * Says that these are still needed, and ends the publication of those that nobody has needed for so long. Fails when
     * one of them is in use; the next call tries again.
     */
    public void lease(AppState app, Set<Integer> needed, Duration lease, Duration lockTimeout) throws SQLException {
        try (Connection connection = connections.owner(app);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute(ONE_AT_A_TIME);
            statement.execute("SET LOCAL lock_timeout = " + lockTimeout.toMillis());
            try (PreparedStatement renew = connection.prepareStatement(RENEW)) {
                Array oids = connection.createArrayOf(
                        "int8", needed.stream().map(Integer::toUnsignedLong).toArray());
                renew.setArray(1, oids);
                renew.executeUpdate();
            }
            withdraw(connection, lease);
            connection.commit();
        }
    }

    /** Takes back what was done for tables whose lease has ended, as part of the connection's transaction. */
    static void withdraw(Connection connection, Duration lease) throws SQLException {
        try (PreparedStatement expired = connection.prepareStatement(EXPIRED);
                Statement statement = connection.createStatement()) {
            expired.setLong(1, lease.toMillis());
            try (ResultSet rows = expired.executeQuery()) {
                while (rows.next()) {
                    String table = rows.getString(1);
                    if (table != null) {
                        statement.execute("ALTER PUBLICATION " + PUBLICATION + " DROP TABLE " + table);
                        if (!rows.getString(2).equals("f")) {
                            statement.execute("ALTER TABLE " + table + " REPLICA IDENTITY "
                                    + (rows.getString(2).equals("n") ? "NOTHING" : "DEFAULT"));
                        }
                    }
                }
            }
        }
    }

    /** An identifier as SQL writes it. */
    public static String quoted(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }
}
