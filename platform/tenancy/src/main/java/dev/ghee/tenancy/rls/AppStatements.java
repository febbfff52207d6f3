package dev.ghee.tenancy.rls;

import dev.ghee.contracts.AppState;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import io.quarkus.vertx.VertxContextSupport;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/** Statements in an app's database as the platform. Waits for them: call from a virtual thread, never from an event loop. */
@ApplicationScoped
public class AppStatements {
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    private final AppPools pools;

    AppStatements(AppPools pools) {
        this.pools = pools;
    }

    public RowSet<Row> all(AppState app, String sql, Tuple parameters) {
        return work(app, connection -> connection.preparedQuery(sql).execute(parameters));
    }

    public Optional<Row> first(AppState app, String sql, Tuple parameters) {
        var rows = all(app, sql, parameters).iterator();
        return rows.hasNext() ? Optional.of(rows.next()) : Optional.empty();
    }

    /** In one transaction. */
    public <T> T together(AppState app, Function<SqlConnection, Future<T>> work) {
        return work(
                app,
                connection -> connection
                        .begin()
                        .compose(transaction -> work.apply(connection)
                                .compose(done -> transaction.commit().map(done))
                                .recover(failure ->
                                        transaction.rollback().transform(_ -> Future.failedFuture(failure)))));
    }

    /** Fails with the work's {@link GheeException}, and with {@code EXTERNAL_DB_ERROR} for whatever else. */
    private <T> T work(AppState app, Function<SqlConnection, Future<T>> work) {
        try {
            return VertxContextSupport.subscribeAndAwait(
                    () -> pools.withOwner(app, work).ifNoItem().after(DEADLINE).fail());
        } catch (GheeException e) {
            throw e;
        } catch (Error e) {
            throw e;
        } catch (Throwable e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            throw e.getCause() instanceof GheeException known
                    ? known
                    : new GheeException(ErrorCode.EXTERNAL_DB_ERROR, "The app's database did not answer", e);
        }
    }
}
