package dev.ghee.realtime.policy;

import dev.ghee.contracts.AppState;
import dev.ghee.realtime.database.AppConnections;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The one connection of an app's judge, opened when it is needed. For one thread; closed from any. */
final class JudgeConnection implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(JudgeConnection.class);
    /** Classes of SQLSTATE that say nothing about the policy: connection, rollback, resources, shutdown, access. */
    private static final Set<String> PASSING = Set.of("08", "28", "3D", "40", "53", "58");

    private static final String SHUTDOWN_PREFIX = "57P";

    private final AppConnections connections;
    private volatile @Nullable Connection connection;

    JudgeConnection(AppConnections connections) {
        this.connections = connections;
    }

    Connection open(AppState app) throws SQLException {
        Connection open = connection;
        if (open == null || open.isClosed()) {
            open = connections.judge(app);
            connection = open;
        }
        return open;
    }

    @Override
    public void close() {
        Connection open = connection;
        connection = null;
        if (open != null) {
            try {
                open.close();
            } catch (SQLException e) {
                LOG.debugf("Closing a judge's connection failed: cause=%s", e.getMessage());
            }
        }
    }

    /** Whether the failure is about the moment, not about the policy. */
    static boolean isPassing(SQLException e) {
        String state = e.getSQLState();
        return state == null
                || state.length() < 2
                || PASSING.contains(state.substring(0, 2))
                || state.startsWith(SHUTDOWN_PREFIX);
    }
}
