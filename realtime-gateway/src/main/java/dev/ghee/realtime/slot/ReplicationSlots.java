package dev.ghee.realtime.slot;

import dev.ghee.contracts.AppState;
import dev.ghee.realtime.database.AppConnections;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Creates, looks at and drops the slots of apps. Blocking. */
@ApplicationScoped
public class ReplicationSlots {
    private static final String STATE = """
            SELECT wal_status = 'lost' FROM pg_catalog.pg_replication_slots
            WHERE slot_name = ? AND database = current_database()""";
    private static final String CREATE = "SELECT pg_catalog.pg_create_logical_replication_slot(?, 'pgoutput')";
    private static final String DROP = """
            SELECT pg_catalog.pg_drop_replication_slot(slot_name) FROM pg_catalog.pg_replication_slots
            WHERE slot_name = ? AND database = current_database() AND NOT active""";
    private static final String LIST = """
            SELECT slot_name, active,
              coalesce(pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), confirmed_flush_lsn), 0)
            FROM pg_catalog.pg_replication_slots WHERE starts_with(slot_name, 'ghee_app_')""";

    /** Another gateway was quicker. */
    private static final String DUPLICATE_OBJECT = "42710";

    private final AppConnections connections;

    ReplicationSlots(AppConnections connections) {
        this.connections = connections;
    }

    /** Whether a slot can still give everything since it was made. */
    public enum State {
        ABSENT,
        USABLE,
        /** The server discarded WAL that it still needed. */
        LOST
    }

    public State state(AppState app) throws SQLException {
        try (Connection connection = connections.slots(app);
                PreparedStatement find = connection.prepareStatement(STATE)) {
            find.setString(1, SlotName.of(app.appId()).value());
            try (ResultSet row = find.executeQuery()) {
                if (!row.next()) {
                    return State.ABSENT;
                }
                return row.getBoolean(1) ? State.LOST : State.USABLE;
            }
        }
    }

    /** Every commit from the return on is kept for the slot. Waits for transactions that are open in the cluster. */
    public void create(AppState app) throws SQLException {
        try (Connection connection = connections.slots(app);
                PreparedStatement create = connection.prepareStatement(CREATE)) {
            create.setString(1, SlotName.of(app.appId()).value());
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
     */
    public record Slot(String name, boolean active, long lagBytes) {}

    /** The slots of all apps of a region. */
    public List<Slot> list(String region) throws SQLException {
        try (Connection connection = connections.cluster(region);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(LIST)) {
            List<Slot> found = new ArrayList<>();
            while (rows.next()) {
                found.add(new Slot(rows.getString(1), rows.getBoolean(2), rows.getLong(3)));
            }
            return found;
        }
    }
}
