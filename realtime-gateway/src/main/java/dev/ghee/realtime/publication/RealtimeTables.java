package dev.ghee.realtime.publication;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.realtime.database.AppConnections;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Turns tables live and back: a row in {@code ghee.realtime_tables}, membership of the publication, and {@code REPLICA
 * IDENTITY FULL} so that old rows are known. Blocking. Failures of the database are {@code EXTERNAL_DB_ERROR}.
 */
@ApplicationScoped
public class RealtimeTables {
    private static final String PUBLICATION = "ghee_realtime";
    /** How long another gateway's change of the configuration may go unnoticed. */
    private static final Duration CACHED = Duration.ofSeconds(1);

    /**
     * Tables of public, partitions left out: a partition is published as its root. {@code whole} is whether old rows
     * are known of the table, and of every partition below it.
     */
    private static final String USER_TABLES = """
            SELECT c.relname,
              EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'p') AS keyed,
              EXISTS (SELECT FROM pg_catalog.pg_publication_rel r
                      JOIN pg_catalog.pg_publication p ON p.oid = r.prpubid
                      WHERE r.prrelid = c.oid AND p.pubname = 'ghee_realtime') AS published,
              NOT EXISTS (SELECT FROM pg_catalog.pg_class m
                          WHERE m.relreplident <> 'f' AND (m.oid = c.oid OR m.oid IN (
                            SELECT t.relid FROM pg_catalog.pg_partition_tree(c.oid) t))) AS whole
            FROM pg_catalog.pg_class c
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition""";

    private static final String MEMBERS = """
            SELECT m.oid::regclass::text FROM pg_catalog.pg_class m
            WHERE m.relreplident <> 'f' AND (m.oid = to_regclass(?) OR m.oid IN (
              SELECT t.relid FROM pg_catalog.pg_partition_tree(to_regclass(?)) t))""";

    private static final String ENABLED = "SELECT table_name FROM ghee.realtime_tables WHERE enabled";
    private static final String CONFIGURED =
            "SELECT table_name, enabled, created_at, updated_at FROM ghee.realtime_tables ORDER BY table_name";
    private static final String ENABLE = """
            INSERT INTO ghee.realtime_tables (table_name) VALUES (?)
            ON CONFLICT (table_name) DO UPDATE SET enabled = true, updated_at = now()
            WHERE NOT realtime_tables.enabled""";
    private static final String DISABLE = "DELETE FROM ghee.realtime_tables WHERE table_name = ?";
    private static final String LOCK_NOT_AVAILABLE = "55P03";

    private final AppConnections connections;
    private final Map<AppId, Known> cache = new ConcurrentHashMap<>();

    private record Known(Set<String> enabled, Instant until) {}

    private record UserTable(boolean keyed, boolean published, boolean whole) {}

    RealtimeTables(AppConnections connections) {
        this.connections = connections;
    }

    /** Names of the live tables, at most a second old. */
    public Set<String> enabled(AppState app) {
        Known known = cache.compute(app.appId(), (_, found) -> {
            Instant now = Instant.now();
            return found != null && now.isBefore(found.until()) ? found : new Known(read(app), now.plus(CACHED));
        });
        return known.enabled();
    }

    private Set<String> read(AppState app) {
        try (Connection connection = connections.owner(app);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(ENABLED)) {
            Set<String> names = new HashSet<>();
            while (rows.next()) {
                names.add(rows.getString(1));
            }
            return names;
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** All configured tables, by name. */
    public List<LiveTable> list(AppState app) {
        try (Connection connection = connections.owner(app);
                Statement statement = connection.createStatement()) {
            Map<String, UserTable> real = userTables(statement);
            List<LiveTable> tables = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery(CONFIGURED)) {
                while (rows.next()) {
                    UserTable table = real.get(rows.getString(1));
                    boolean drift = table == null || !table.published() || !table.whole();
                    tables.add(new LiveTable(
                            rows.getString(1),
                            rows.getBoolean(2),
                            rows.getTimestamp(3).toInstant(),
                            rows.getTimestamp(4).toInstant(),
                            rows.getBoolean(2) && drift));
                }
            }
            return tables;
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /**
     * Makes tables live, all or none; those that are already are repaired where the database drifted. Fails with
     * {@code VALIDATION_TABLE_NOT_FOUND}, and with {@code STATE_PREREQUISITE_MISSING} for tables without a primary key:
     * a client could not tell their rows apart.
     */
    public void enable(AppState app, Collection<String> names) {
        Set<String> wanted = new LinkedHashSet<>(names);
        try (Connection connection = connections.owner(app);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            Map<String, UserTable> real = userTables(statement);
            requireAll(wanted, real);
            publish(connection, wanted, real);
            try (PreparedStatement enable = connection.prepareStatement(ENABLE)) {
                for (String name : wanted) {
                    enable.setString(1, name);
                    enable.executeUpdate();
                }
            }
            connection.commit();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            cache.remove(app.appId());
        }
    }

    /** Publishes again what is configured and exists, after somebody took the publication away. */
    public void repair(AppState app) {
        Set<String> wanted = new TreeSet<>(read(app));
        try (Connection connection = connections.owner(app);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            Map<String, UserTable> real = userTables(statement);
            wanted.retainAll(real.keySet());
            publish(connection, wanted, real);
            connection.commit();
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /**
     * Ends a table's being live; nothing happens when it is not. It stays published while policies ask it for
     * membership; with the last live table, all of those go too.
     */
    public void disable(AppState app, String name) {
        try (Connection connection = connections.owner(app);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            UserTable table = userTables(statement).get(name);
            if (table != null && table.published() && !RelationTables.isNeeded(connection, quoted(name))) {
                statement.execute("ALTER PUBLICATION " + PUBLICATION + " DROP TABLE " + quoted(name));
                statement.execute("ALTER TABLE " + quoted(name) + " REPLICA IDENTITY DEFAULT");
            }
            try (PreparedStatement disable = connection.prepareStatement(DISABLE)) {
                disable.setString(1, name);
                disable.executeUpdate();
            }
            try (ResultSet left = statement.executeQuery(ENABLED)) {
                if (!left.next()) {
                    RelationTables.withdraw(connection, Duration.ZERO);
                }
            }
            connection.commit();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            cache.remove(app.appId());
        }
    }

    private static void requireAll(Set<String> wanted, Map<String, UserTable> real) {
        List<String> missing =
                wanted.stream().filter(name -> !real.containsKey(name)).toList();
        if (!missing.isEmpty()) {
            throw new GheeException(
                            ErrorCode.VALIDATION_TABLE_NOT_FOUND, "Tables not found: " + String.join(", ", missing))
                    .withDetails(Map.of("missing_tables", missing));
        }
        List<String> keyless = real.entrySet().stream()
                .filter(table ->
                        wanted.contains(table.getKey()) && !table.getValue().keyed())
                .map(Map.Entry::getKey)
                .toList();
        if (!keyless.isEmpty()) {
            throw new GheeException(
                            ErrorCode.STATE_PREREQUISITE_MISSING,
                            "Tables without a primary key cannot be live: " + String.join(", ", keyless))
                    .withDetails(Map.of("tables_without_primary_key", keyless));
        }
    }

    private static void publish(Connection connection, Set<String> wanted, Map<String, UserTable> real)
            throws SQLException {
        try (Statement statement = connection.createStatement();
                PreparedStatement members = connection.prepareStatement(MEMBERS)) {
            if (!publicationExists(statement)) {
                statement.execute("CREATE PUBLICATION " + PUBLICATION + " WITH (publish_via_partition_root = true)");
            }
            for (String name : wanted) {
                UserTable table = real.get(name);
                if (table != null && !table.whole()) {
                    members.setString(1, quoted(name));
                    members.setString(2, quoted(name));
                    for (String member : strings(members)) {
                        statement.execute("ALTER TABLE " + member + " REPLICA IDENTITY FULL");
                    }
                }
                if (table != null && !table.published()) {
                    // Waits for open transactions that write to it: of those, only a part would be published.
                    statement.execute("LOCK TABLE " + quoted(name) + " IN SHARE ROW EXCLUSIVE MODE");
                    statement.execute("ALTER PUBLICATION " + PUBLICATION + " ADD TABLE " + quoted(name));
                }
            }
        }
    }

    private static boolean publicationExists(Statement statement) throws SQLException {
        try (ResultSet row =
                statement.executeQuery("SELECT FROM pg_catalog.pg_publication WHERE pubname = '" + PUBLICATION + "'")) {
            return row.next();
        }
    }

    private static Map<String, UserTable> userTables(Statement statement) throws SQLException {
        Map<String, UserTable> tables = new HashMap<>();
        try (ResultSet rows = statement.executeQuery(USER_TABLES)) {
            while (rows.next()) {
                tables.put(
                        rows.getString(1), new UserTable(rows.getBoolean(2), rows.getBoolean(3), rows.getBoolean(4)));
            }
        }
        return tables;
    }

    private static List<String> strings(PreparedStatement query) throws SQLException {
        List<String> strings = new ArrayList<>();
        try (ResultSet rows = query.executeQuery()) {
            while (rows.next()) {
                strings.add(rows.getString(1));
            }
        }
        return strings;
    }

    private static String quoted(String table) {
        return "public.\"" + table.replace("\"", "\"\"") + '"';
    }

    private static GheeException failed(SQLException e) {
        return LOCK_NOT_AVAILABLE.equals(e.getSQLState())
                ? new GheeException(
                        ErrorCode.RESOURCE_CONFLICT, "A long transaction uses one of the tables; try again", e)
                : new GheeException(ErrorCode.EXTERNAL_DB_ERROR, "The app's database did not do as asked", e);
    }
}
