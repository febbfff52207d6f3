package dev.ghee.tenancy.rls;

import dev.ghee.tenancy.rls.AppStatement.Outcome;
import dev.ghee.tenancy.rls.AppStatement.RowSink;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import io.vertx.sqlclient.impl.SqlClientInternal;
import java.util.ArrayList;
import java.util.List;

/** As {@link Flight}, for one statement of an app's own. */
final class AppFlight<S extends RowSink> {
    private final ClaimsStatement claimsStatement;
    private final DbClaims claims;
    private final AppStatement<S> statement;

    AppFlight(ClaimsStatement claimsStatement, DbClaims claims, AppStatement<S> statement) {
        this.claimsStatement = claimsStatement;
        this.claims = claims;
        this.statement = statement;
    }

    /** Completes when the server has answered everything, and the lane may be lent again. */
    Future<Outcome<S>> fly(Lane lane) {
        if (!lane.usable()) {
            lane.markBroken();
            return Future.failedFuture(ClosedConnectionException.INSTANCE);
        }
        List<Future<?>> around = new ArrayList<>(3);
        List<Future<Outcome<S>>> answer = new ArrayList<>(1);
        ((SqlClientInternal) lane.connection()).group(client -> {
            around.add(client.query(Flight.BEGIN).execute());
            around.add(claim(client, claimsStatement, claims));
            answer.add(new SentStatement<S>(lane).send(client, statement, claims.role()));
            around.add(client.query(Flight.COMMIT).execute());
        });
        Promise<Outcome<S>> done = Promise.promise();
        // The commit's answer is the last, but a statement's own future may have one more step to go.
        Future.join(around.getLast(), answer.getFirst()).onComplete(_ -> {
            boolean begun = around.get(0).succeeded() && around.get(1).succeeded();
            if (!begun || answer.getFirst().cause() instanceof PgException pg && Flight.isStalePlan(pg)) {
                lane.markBroken();
            }
            if (!begun) {
                done.fail(causeOf(around.get(0).failed() ? around.get(0) : around.get(1)));
            } else if (!answer.getFirst().succeeded()) {
                done.fail(causeOf(answer.getFirst()));
            } else if (!around.getLast().succeeded()) {
                done.fail(causeOf(around.getLast()));
            } else {
                done.complete(answer.getFirst().result());
            }
        });
        return done.future();
    }

    static Future<?> claim(SqlClient client, ClaimsStatement statement, DbClaims claims) {
        return client.preparedQuery(statement.textFor(claims.role()))
                .execute(Tuple.of(claims.userId(), claims.claimsJson()));
    }

    private static Throwable causeOf(Future<?> future) {
        Throwable cause = future.cause();
        return cause == null ? ClosedConnectionException.INSTANCE : cause;
    }
}
