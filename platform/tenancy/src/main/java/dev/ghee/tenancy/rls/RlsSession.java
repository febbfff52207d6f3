package dev.ghee.tenancy.rls;

import dev.ghee.contracts.AppState;
import dev.ghee.tenancy.rls.AppStatement.Outcome;
import dev.ghee.tenancy.rls.AppStatement.RowSink;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;

/**
 * Runs statements as a request's caller: one transaction, written to the server as one flight without waiting for any
 * answer in between.
 *
 * <p>Fails with what the flight failed with first: a {@link PgException}, a lost connection, or the pool's
 * {@link dev.ghee.errors.GheeException} when there is no connection to be had. When a statement fails, the flight's
 * COMMIT rolls back; nothing of it stays.
 */
@ApplicationScoped
public class RlsSession {
    private final AppPools pools;
    private final ClaimsStatement claimsStatement;

    RlsSession(AppPools pools) {
        this.pools = pools;
        this.claimsStatement = new ClaimsStatement(pools.statementTimeout());
    }

    /** A statement with its parameters. */
    public record Step(RlsStatement statement, Tuple parameters) {}

    /** The rows of one statement. */
    public Uni<RowSet<Row>> query(AppState app, DbClaims claims, RlsStatement statement, Tuple parameters) {
        return query(app, claims, List.of(new Step(statement, parameters))).map(List::getFirst);
    }

    /** The rows of each statement; all in one transaction. */
    public Uni<List<RowSet<Row>>> query(AppState app, DbClaims claims, List<Step> steps) {
        return Uni.createFrom()
                .emitter(emitter -> send(app, claims, steps).onComplete(emitter::complete, emitter::fail));
    }

    /** As {@link #query(AppState, DbClaims, List)}, for code that speaks Vert.x; listeners run in its context. */
    public Future<List<RowSet<Row>>> send(AppState app, DbClaims claims, List<Step> steps) {
        Promise<List<RowSet<Row>>> result = pools.promise();
        Promise<List<RowSet<Row>>> first = Promise.promise();
        pools.leaseForRequest(
                app,
                first,
                lane -> Flight.of(claimsStatement, claims, steps, "").fly(lane));
        first.future().onComplete(outcome -> {
            if (outcome.failed() && maySendAgain(outcome.cause(), steps)) {
                // Another text: the stale plan of a server-side statement is not met again, on whatever connection.
                pools.leaseForRequest(
                        app,
                        result,
                        lane -> Flight.of(claimsStatement, claims, steps, " /* again */")
                                .fly(lane));
            } else {
                result.handle(outcome);
            }
        });
        return result.future();
    }

    /**
     * One statement of an app's own, in a transaction of its own. Fails as the others do, and with
     * {@link RowsRefusedException}.
     */
    public <S extends RowSink> Future<Outcome<S>> run(AppState app, DbClaims claims, AppStatement<S> statement) {
        Promise<Outcome<S>> first = Promise.promise();
        pools.leaseForRequest(app, first, new AppFlight<>(claimsStatement, claims, statement)::fly);
        return first.future().recover(failure -> {
            if (!(failure instanceof PgException pg && Flight.isStalePlan(pg))) {
                return Future.failedFuture(failure);
            }
            var again = new AppStatement<>(statement.sql() + "\n/* again */", statement.parameters(), statement.rows());
            Promise<Outcome<S>> second = Promise.promise();
            pools.leaseForRequest(app, second, new AppFlight<>(claimsStatement, claims, again)::fly);
            return second.future();
        });
    }

    /** A transaction with a connection to itself for at most this long; whoever takes one has to end it. */
    public Future<RlsTransaction> begin(AppState app, DbClaims claims, Duration limit) {
        Promise<RlsTransaction> begun = Promise.promise();
        Promise<Void> over = Promise.promise();
        pools.leaseForRequest(
                app, over, lane -> RlsTransaction.begin(pools.vertx(), lane, claimsStatement, claims, limit, begun));
        // Without a connection there is no transaction either.
        over.future().onFailure(begun::tryFail);
        return begun.future();
    }

    private static boolean maySendAgain(Throwable failure, List<Step> steps) {
        return switch (failure) {
            // The flight was rolled back as a whole, so even a write may be repeated.
            case PgException pg when Flight.isStalePlan(pg) -> true;
            case ClosedConnectionException _ ->
                steps.stream().allMatch(step -> step.statement().effect() == RlsStatement.Effect.READS);
            default -> false;
        };
    }
}
