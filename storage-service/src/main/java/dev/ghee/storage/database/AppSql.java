package dev.ghee.storage.database;

import dev.ghee.contracts.AppState;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.tenancy.rls.AppPools;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * Statements in an app's database as the owner of everything in it. From any thread; what follows runs in the caller's
 * context. Fails with {@code EXTERNAL_DB_ERROR}, {@code EXTERNAL_DB_BUSY}, and what the work itself fails with.
 */
@ApplicationScoped
public class AppSql {
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    private final AppPools pools;
    private final Vertx vertx;

    AppSql(AppPools pools, Vertx vertx) {
        this.pools = pools;
        this.vertx = vertx;
    }

    public Future<RowSet<Row>> run(AppState app, String sql, Tuple parameters) {
        return on(app, connection -> connection.preparedQuery(sql).execute(parameters));
    }

    /** In one transaction, which ends with the work. */
    public <T> Future<T> together(AppState app, Function<SqlConnection, Future<T>> work) {
        return on(
                app,
                connection -> connection
                        .begin()
                        .compose(transaction -> work.apply(connection)
                                .compose(done -> transaction.commit().map(done))
                                .recover(failure ->
                                        transaction.rollback().transform(_ -> Future.failedFuture(failure)))));
    }

    public <T> Future<T> on(AppState app, Function<SqlConnection, Future<T>> work) {
        Promise<T> result = promise();
        pools.withOwner(app, work)
                .ifNoItem()
                .after(DEADLINE)
                .fail()
                .subscribe()
                .with(result::complete, failure -> result.fail(known(failure)));
        return result.future();
    }

    /** A promise whose listeners run in the caller's own context. */
    <T> Promise<T> promise() {
        return ((ContextInternal) vertx.getOrCreateContext()).promise();
    }

    private static GheeException known(Throwable failure) {
        return failure instanceof GheeException known
                ? known
                : new GheeException(ErrorCode.EXTERNAL_DB_ERROR, "The app's database did not answer", failure);
    }

    /** Waits, so only on virtual threads. Fails as the future does. */
    public static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(2 * DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GheeException known) {
                throw known;
            }
            throw known(e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            throw known(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw known(e);
        }
    }
}
