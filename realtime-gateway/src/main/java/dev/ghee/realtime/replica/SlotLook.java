package dev.ghee.realtime.replica;

import dev.ghee.contracts.AppId;
import dev.ghee.realtime.database.AppConnections;
import dev.ghee.realtime.slot.ReplicationSlots;
import dev.ghee.realtime.slot.SlotName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Sees which slots of a region are read by somebody: one query for all apps, over a connection that is kept as long as
 * somebody looks. For one thread.
 */
final class SlotLook {
    private static final Logger LOG = Logger.getLogger(SlotLook.class);

    private final AppConnections connections;
    private final ReplicationSlots slots;
    private final Map<String, Connection> open = new HashMap<>();

    SlotLook(AppConnections connections, ReplicationSlots slots) {
        this.connections = connections;
        this.slots = slots;
    }

    /** The apps whose slots are read now; empty when the region's server does not say. */
    Optional<Set<AppId>> taken(String region) {
        try {
            Connection connection = open.get(region);
            if (connection == null) {
                connection = connections.cluster(region);
                open.put(region, connection);
            }
            Set<AppId> taken = new HashSet<>();
            for (ReplicationSlots.Slot slot : slots.list(connection)) {
                if (slot.active()) {
                    SlotName.appOf(slot.name()).ifPresent(taken::add);
                }
            }
            return Optional.of(taken);
        } catch (SQLException e) {
            LOG.debugf("Slots not seen: region=%s sqlstate=%s", region, e.getSQLState());
            close(open.remove(region));
            return Optional.empty();
        }
    }

    /** Lets go of the regions in which nobody waits any more. */
    void keepOnly(Set<String> regions) {
        open.entrySet().removeIf(entry -> {
            boolean unused = !regions.contains(entry.getKey());
            if (unused) {
                close(entry.getValue());
            }
            return unused;
        });
    }

    private static void close(@Nullable Connection connection) {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (SQLException e) {
            LOG.debugf("Not closed: sqlstate=%s", e.getSQLState());
        }
    }
}
