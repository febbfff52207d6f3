package dev.ghee.realtime.delivery;

import dev.ghee.contracts.AppState;
import dev.ghee.errors.GheeException;
import dev.ghee.realtime.publication.RealtimeTables;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Which tables clients are served. The stream has others too: those that policies look into. Asked again after a while,
 * as any process may change it. For one thread.
 */
final class LiveTables {
    private static final Duration CURRENT = Duration.ofSeconds(30);
    /** A table that was not live may just have become so. */
    private static final Duration DENIED = Duration.ofSeconds(1);

    private static final String CONNECTION_FAILURE = "08006";

    private final Supplier<AppState> app;
    private final RealtimeTables tables;
    private Set<String> names = Set.of();
    private long readAt;
    private boolean read;

    LiveTables(Supplier<AppState> app, RealtimeTables tables) {
        this.app = app;
        this.tables = tables;
    }

    /** Fails when the database cannot be asked, and nothing is known from before. */
    boolean test(String table) throws SQLException {
        long age = System.nanoTime() - readAt;
        boolean known = names.contains(table);
        if (!read || age > (known ? CURRENT : DENIED).toNanos()) {
            read();
        }
        return names.contains(table);
    }

    private void read() throws SQLException {
        try {
            names = tables.enabled(app.get());
            readAt = System.nanoTime();
            read = true;
        } catch (GheeException e) {
            if (!read) {
                throw new SQLException("The live tables are not known", CONNECTION_FAILURE, e);
            }
        }
    }
}
