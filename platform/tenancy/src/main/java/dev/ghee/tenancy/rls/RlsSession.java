package dev.ghee.tenancy.rls;

import dev.ghee.contracts.AppState;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
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
