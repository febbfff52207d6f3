package dev.ghee.control.auth.store;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;

/**
 * Runs single statements in the control database, each a transaction of its own, and waits for them: call from a
 * virtual thread, never from an event loop.
 */
@ApplicationScoped
public class ControlSql {
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    private final Pool database;

    ControlSql(Pool database) {
        this.database = database;
    }

    /** All rows. Fails with {@code EXTERNAL_DB_ERROR} when the database does not answer within ten seconds. */
    public RowSet<Row> all(String sql, Tuple parameters) {
        return Waiting.<RowSet<Row>>on(() -> Uni.createFrom()
                .completionStage(() -> database.getDelegate()
                        .preparedQuery(sql)
                        .execute(parameters)
                        .toCompletionStage())
                .ifNoItem()
                .after(DEADLINE)
                .fail());
    }

    /** The first row. Fails like {@link #all}. */
    public Optional<Row> first(String sql, Tuple parameters) {
        var rows = all(sql, parameters).iterator();
        return rows.hasNext() ? Optional.of(rows.next()) : Optional.empty();
    }

    /** How many rows were changed. Fails like {@link #all}. */
    public int update(String sql, Tuple parameters) {
        return all(sql, parameters).rowCount();
    }
}
