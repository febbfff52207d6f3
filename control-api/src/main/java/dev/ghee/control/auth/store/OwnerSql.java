package dev.ghee.control.auth.store;

import dev.ghee.contracts.AppState;
import dev.ghee.tenancy.rls.AppPools;
import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Runs single statements in an app's database as the platform, each a transaction of its own, and waits for them: call
 * from a virtual thread, never from an event loop.
 */
@ApplicationScoped
public class OwnerSql {
    private static final Duration DEADLINE = Duration.ofSeconds(10);
    /** Serialization failure and deadlock: Postgres undid the statement, so it may simply run again. */
    private static final Set<String> UNDONE = Set.of("40001", "40P01");

    private static final int ATTEMPTS = 3;

    private final AppPools pools;

    OwnerSql(AppPools pools) {
        this.pools = pools;
    }

    /** All rows. Fails with {@code EXTERNAL_DB_ERROR} when the database does not answer within ten seconds. */
    public RowSet<Row> all(AppState app, String sql, Tuple parameters) {
        Function<SqlConnection, Future<RowSet<Row>>> work =
                connection -> connection.preparedQuery(sql).execute(parameters);
        return Waiting.on(() -> pools.withOwner(app, work)
                .onFailure(OwnerSql::undone)
                .retry()
                .atMost(ATTEMPTS - 1)
                .ifNoItem()
                .after(DEADLINE)
                .fail());
    }

    /** The first row. Fails like {@link #all}. */
    public Optional<Row> first(AppState app, String sql, Tuple parameters) {
        var rows = all(app, sql, parameters).iterator();
        return rows.hasNext() ? Optional.of(rows.next()) : Optional.empty();
    }

    private static boolean undone(Throwable e) {
        return e instanceof PgException pg && UNDONE.contains(pg.getSqlState());
    }
}
