package dev.ghee.realtime.slot;

import dev.ghee.contracts.AppState;
import dev.ghee.pgoutput.Lsn;
import dev.ghee.realtime.database.AppConnections;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Creates, looks at and drops the slots of apps. Blocking. */
@ApplicationScoped
public class ReplicationSlots {
    private static final String LOCK = "SELECT pg_advisory_lock(hashtext('ghee_realtime_slot'), 0)";
    private static final String EPOCH = "SELECT epoch FROM ghee.realtime_stream";
    private static final String NEXT_EPOCH = """
            INSERT INTO ghee.realtime_stream (epoch) VALUES ((extract(epoch FROM clock_timestamp()) * 1000)::bigint)
            ON CONFLICT (one) DO UPDATE SET epoch = greatest(realtime_stream.epoch + 1, excluded.epoch)
            RETURNING epoch""";
    private static final String LOST = """
            SELECT coalesce(wal_status = 'lost', false) FROM pg_catalog.pg_replication_slots
            WHERE slot_name = ? AND database = current_database()""";
    private static final String CREATE = "SELECT pg_catalog.pg_create_logical_replication_slot(?, 'pgoutput')";
    private static final String DROP = """
            SELECT pg_catalog.pg_drop_replication_slot(slot_name) FROM pg_catalog.pg_replication_slots
            WHERE slot_name = ? AND database = current_database() AND NOT active""";
    private static final String LIST = """
            SELECT s.slot_name, s.active,
              coalesce(pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), s.confirmed_flush_lsn), 0) AS lag,
              extract(epoch FROM r.flush_lag) AS seconds, coalesce(s.wal_status, 'lost') AS wal_status,
              s.safe_wal_size,
              (SELECT setting::bigint FROM pg_catalog.pg_settings WHERE name = 'max_slot_wal_keep_size') AS keep,
              r.application_name
            FROM pg_catalog.pg_replication_slots s
            LEFT JOIN pg_catalog.pg_stat_replication r ON r.pid = s.active_pid
            WHERE starts_with(s.slot_name, ?)""";
    private static final String OURS = "ghee_app_";
    private static final long MEGABYTE = 1 << 20;
    /** Somebody else was quicker. */
    private static final String DUPLICATE_OBJECT = "42710";

    private final AppConnections connections;

    ReplicationSlots(AppConnections connections) {
        this.connections = connections;
    }

    /**
     * Makes sure that the app has a slot that can be read, and tells its epoch. Every commit from the return on is kept
     * for it. A new slot waits for the transactions that are open in the cluster.
     *
     * <p>The epoch is raised before the slot is made: a process that ends between the two costs an epoch, while the other
     * order would hide a gap.
     */
    public long ensure(AppState app) throws SQLException {
        try (Connection connection = connections.owner(app);
                Statement statement = connection.createStatement()) {
            statement.execute(LOCK);
            String slot = SlotName.of(app.appId()).value();
            Optional<Boolean> lost = lost(connection, slot);
            OptionalLong epoch = epoch(statement, EPOCH);
            if (lost.isPresent() && !lost.get() && epoch.isPresent()) {
                return epoch.getAsLong();
            }
            if (lost.isPresent()) {
                drop(app);
            }
            long raised = epoch(statement, NEXT_EPOCH).orElseThrow();
            create(app, slot);
            return raised;
        }
    }

    /** Everything that is committed from now on lies after this position. */
    public Lsn now(AppState app) throws SQLException {
        try (Connection connection = connections.slots(app);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_catalog.pg_current_wal_insert_lsn()::text")) {
            row.next();
            return Lsn.parse(row.getString(1));
        }
    }

    private static OptionalLong epoch(Statement statement, String sql) throws SQLException {
        try (ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? OptionalLong.of(row.getLong(1)) : OptionalLong.empty();
        }
    }

    /** Whether the server discarded WAL that the slot still needed; empty without a slot. */
    private static Optional<Boolean> lost(Connection connection, String slot) throws SQLException {
        try (PreparedStatement find = connection.prepareStatement(LOST)) {
            find.setString(1, slot);
            try (ResultSet row = find.executeQuery()) {
                return row.next() ? Optional.of(row.getBoolean(1)) : Optional.empty();
            }
        }
    }

    private void create(AppState app, String slot) throws SQLException {
        try (Connection connection = connections.slots(app);
                PreparedStatement create = connection.prepareStatement(CREATE)) {
            create.setString(1, slot);
            create.execute();
        } catch (SQLException e) {
            if (!DUPLICATE_OBJECT.equals(e.getSQLState())) {
                throw e;
            }
        }
    }

    /** Drops the slot unless somebody reads it. */
    public void drop(AppState app) throws SQLException {
        try (Connection connection = connections.slots(app);
                PreparedStatement drop = connection.prepareStatement(DROP)) {
            drop.setString(1, SlotName.of(app.appId()).value());
            drop.execute();
        }
    }

    /**
     * One of our slots in a cluster.
     *
     * @param lagBytes log that the server keeps for it
     * @param lagSeconds how long its reader takes to confirm what is committed; empty while nothing is to be confirmed, or
     *     nobody reads
     * @param walStatus as Postgres says: {@code reserved}, {@code extended}, {@code unreserved} or {@code lost}
     * @param safeBytes log that may still be written before the slot can be lost; empty when that is not limited, or the
     *     slot is lost
     * @param keepBytes log that the server keeps for a slot at most; empty when that is not limited
     * @param reader who reads it, as the reader's connection is named; empty when nobody does
     */
    public record Slot(
            String name,
            boolean active,
            long lagBytes,
            OptionalDouble lagSeconds,
            String walStatus,
            OptionalLong safeBytes,
            OptionalLong keepBytes,
            Optional<String> reader) {
        private static final String LOST = "lost";

        public boolean isLost() {
            return walStatus.equals(LOST);
        }
    }

    /** The slots of all apps of a region. */
    public List<Slot> list(String region) throws SQLException {
        try (Connection connection = connections.cluster(region)) {
            return list(connection);
        }
    }

    /** The same, over a connection to the region's cluster. */
    public List<Slot> list(Connection cluster) throws SQLException {
        return list(cluster, OURS);
    }

    /** The app's slot as it is now. */
    public Optional<Slot> find(AppState app) throws SQLException {
        String name = SlotName.of(app.appId()).value();
        try (Connection connection = connections.cluster(app.region())) {
            return list(connection, name).stream()
                    .filter(slot -> slot.name().equals(name))
                    .findFirst();
        }
    }

    private static List<Slot> list(Connection cluster, String prefix) throws SQLException {
        try (PreparedStatement list = cluster.prepareStatement(LIST)) {
            list.setString(1, prefix);
            try (ResultSet rows = list.executeQuery()) {
                List<Slot> found = new ArrayList<>();
                while (rows.next()) {
                    found.add(slot(rows));
                }
                return found;
            }
        }
    }

    private static Slot slot(ResultSet row) throws SQLException {
        double seconds = row.getDouble("seconds");
        OptionalDouble lagSeconds = row.wasNull() ? OptionalDouble.empty() : OptionalDouble.of(seconds);
        long safe = row.getLong("safe_wal_size");
        OptionalLong safeBytes = row.wasNull() ? OptionalLong.empty() : OptionalLong.of(safe);
        long keep = row.getLong("keep");
        return new Slot(
                row.getString("slot_name"),
                row.getBoolean("active"),
                row.getLong("lag"),
                lagSeconds,
                row.getString("wal_status"),
                safeBytes,
                keep < 0 ? OptionalLong.empty() : OptionalLong.of(keep * MEGABYTE),
                Optional.ofNullable(row.getString("application_name")));
    }
}
