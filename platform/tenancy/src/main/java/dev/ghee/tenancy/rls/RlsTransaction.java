package dev.ghee.tenancy.rls;

import dev.ghee.tenancy.rls.AppStatement.Outcome;
import dev.ghee.tenancy.rls.AppStatement.RowSink;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.ClosedConnectionException;
import io.vertx.sqlclient.impl.SqlClientInternal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * A transaction that is held open between an app's own statements, with a connection to itself. Every statement is
 * sent together with the claims, so that one that changed the role or the claims gives nothing to the next. Ends by
 * {@link #commit}, by {@link #rollback}, or by itself after its time; methods may be called from any thread.
 */
public final class RlsTransaction {
    /** Longest wait for the server to take a request to stop; the connection is cut after it in any case. */
    private static final long CANCEL_MILLIS = 500;

    private final Vertx vertx;
    private final Lane lane;
    private final ClaimsStatement claimsStatement;
    private final DbClaims claims;
    private final Context loop;
    private final Promise<Void> over = Promise.promise();
    private final long timer;
    /** Touched on the loop only. */
    private boolean ended;

    private RlsTransaction(
            Vertx vertx, Lane lane, ClaimsStatement claimsStatement, DbClaims claims, Context loop, Duration limit) {
        this.vertx = vertx;
        this.lane = lane;
        this.claimsStatement = claimsStatement;
        this.claims = claims;
        this.loop = loop;
        this.timer = vertx.setTimer(
                limit.toMillis(),
                _ -> onLoop(() -> {
                    abandon();
                    return Future.succeededFuture();
                }));
    }

    /** Sends the beginning; the returned future completes when the lane may be given back. */
    static Future<Void> begin(
            Vertx vertx,
            Lane lane,
            ClaimsStatement claimsStatement,
            DbClaims claims,
            Duration limit,
            Promise<RlsTransaction> begun) {
        var transaction = new RlsTransaction(vertx, lane, claimsStatement, claims, vertx.getOrCreateContext(), limit);
        List<Future<?>> answers = new ArrayList<>(2);
        ((SqlClientInternal) lane.connection()).group(client -> {
            answers.add(client.query(Flight.BEGIN).execute());
            answers.add(AppFlight.claim(client, claimsStatement, claims));
        });
        Future.all(answers).onComplete(done -> {
            if (done.succeeded()) {
                begun.complete(transaction);
            } else {
                transaction.end();
                lane.markBroken();
                begun.fail(done.cause());
            }
        });
        return transaction.over.future();
    }

    /** One more statement; fails with {@link ClosedConnectionException} when the transaction is over. */
    public <S extends RowSink> Future<Outcome<S>> run(AppStatement<S> statement) {
        return onLoop(() -> {
            List<Future<Outcome<S>>> answer = new ArrayList<>(1);
            ((SqlClientInternal) lane.connection()).group(client -> {
                // In an aborted transaction this fails as the statement does; the statement's answer says so.
                AppFlight.claim(client, claimsStatement, claims);
                answer.add(new SentStatement<S>(lane).send(client, statement, claims.role()));
            });
            return answer.getFirst();
        });
    }

    /**
     * Ends the transaction. Fails when a statement of it had failed, with what Postgres says to any statement then
     * (25P02), or when a deferred constraint does not hold; nothing of it stays in either case.
     */
    public Future<Void> commit() {
        return onLoop(() -> {
            List<Future<?>> answers = new ArrayList<>(2);
            ((SqlClientInternal) lane.connection()).group(client -> {
                // Postgres answers the COMMIT of a failed transaction without an error.
                answers.add(client.query("SELECT 1").execute());
                answers.add(client.query(Flight.COMMIT).execute());
            });
            return Future.join(answers).<Void>mapEmpty().onComplete(_ -> end());
        });
    }

    /** Undoes everything, also when statements are still under way. Does nothing when it is over. */
    public void rollback() {
        loop.runOnContext(_ -> {
            if (!ended) {
                lane.connection().query("ROLLBACK").execute().onComplete(done -> {
                    if (done.failed()) {
                        lane.markBroken();
                    }
                    end();
                });
            }
        });
    }

    /** Completes when it is over, however that came. */
    public Future<Void> ended() {
        return over.future();
    }

    /** Its time is over: a statement that runs on is stopped at the server too. */
    private void abandon() {
        if (ended) {
            return;
        }
        Promise<Void> stopped = Promise.promise();
        lane.connection().cancelRequest().onComplete(_ -> stopped.tryComplete());
        vertx.setTimer(CANCEL_MILLIS, _ -> stopped.tryComplete());
        stopped.future()
                .onComplete(_ -> loop.runOnContext(_ -> {
                    lane.cut();
                    end();
                }));
    }

    private void end() {
        if (!ended) {
            ended = true;
            vertx.cancelTimer(timer);
            over.complete();
        }
    }

    private <T> Future<T> onLoop(Supplier<Future<T>> work) {
        Promise<T> result = Promise.promise();
        loop.runOnContext(_ -> {
            if (ended || !lane.usable()) {
                result.fail(ClosedConnectionException.INSTANCE);
            } else {
                work.get().onComplete(result);
            }
        });
        return result.future();
    }
}
