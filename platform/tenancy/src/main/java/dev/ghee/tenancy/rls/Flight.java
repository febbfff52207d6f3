package dev.ghee.tenancy.rls;

import dev.ghee.tenancy.rls.RlsSession.Step;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import io.vertx.sqlclient.impl.SqlClientInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * One transaction, written whole before the first answer: clean up after whoever had the connection, begin, claims,
 * statements, commit. Answers come in the order of the statements, so the commit's is the last.
 */
final class Flight {
    /**
     * Settings that user code left on the session are dropped before the transaction begins; the claims that follow
     * are local to it. Advisory locks are the one other thing that user code can leave behind.
     */
    static final String BEGIN = "RESET ALL; BEGIN";

    static final String COMMIT = "COMMIT";
    /** The plan's result changed with a table; the prepared statement was deallocated by user code. */
    private static final Set<String> STALE_PLAN = Set.of("0A000", "26000");

    private final ClaimsStatement claimsStatement;
    private final DbClaims claims;
    private final List<Step> steps;
    private final String textSuffix;

    private Flight(ClaimsStatement claimsStatement, DbClaims claims, List<Step> steps, String textSuffix) {
        this.claimsStatement = claimsStatement;
        this.claims = claims;
        this.steps = steps;
        this.textSuffix = textSuffix;
    }

    static Flight of(ClaimsStatement claimsStatement, DbClaims claims, List<Step> steps, String textSuffix) {
        return new Flight(claimsStatement, claims, steps, textSuffix);
    }

    static boolean isStalePlan(PgException e) {
        return STALE_PLAN.contains(e.getSqlState())
                && (!"0A000".equals(e.getSqlState())
                        || String.valueOf(e.getErrorMessage()).contains("cached plan"));
    }

    /** Completes when the server has answered everything, and the lane may be lent again. */
    Future<List<RowSet<Row>>> fly(Lane lane) {
        if (!lane.usable()) {
            lane.markBroken();
            return Future.failedFuture(ClosedConnectionException.INSTANCE);
        }
        var flown = new Flown(steps.size());
        // The internal type: only a group is encoded into one buffer and flushed once. Written one by one, the four
        // messages are four system calls and up to four wake-ups of the server.
        ((SqlClientInternal) lane.connection()).group(client -> write(client, flown));
        Promise<List<RowSet<Row>>> done = Promise.promise();
        flown.commit().onComplete(_ -> {
            Throwable failure = flown.firstFailure();
            if (failure == null) {
                done.complete(flown.rows());
            } else {
                if (flown.begunBadly() || failure instanceof PgException pg && isStalePlan(pg)) {
                    lane.markBroken();
                }
                done.fail(failure);
            }
        });
        return done.future();
    }

    private void write(SqlClient client, Flown flown) {
        flown.add(client.query(BEGIN).execute());
        flown.add(client.preparedQuery(claimsStatement.textFor(claims.role()))
                .execute(Tuple.of(claims.userId(), claims.claimsJson())));
        for (Step step : steps) {
            String sql = step.statement().textFor(claims.role());
            flown.add(client.preparedQuery(textSuffix.isEmpty() ? sql : sql + textSuffix)
                    .execute(step.parameters()));
        }
        flown.add(client.query(COMMIT).execute());
    }

    /** The answers to a flight: begin, claims, one per statement, commit. */
    private record Flown(List<Future<RowSet<Row>>> answers) {
        private static final int PREAMBLE = 2;

        Flown(int steps) {
            this(new ArrayList<>(steps + PREAMBLE + 1));
        }

        void add(Future<RowSet<Row>> answer) {
            answers.add(answer);
        }

        Future<RowSet<Row>> commit() {
            return answers.getLast();
        }

        @org.jspecify.annotations.Nullable
        Throwable firstFailure() {
            for (Future<RowSet<Row>> answer : answers) {
                if (!answer.succeeded()) {
                    return answer.failed() ? answer.cause() : ClosedConnectionException.INSTANCE;
                }
            }
            return null;
        }

        boolean begunBadly() {
            return !answers.get(0).succeeded() || !answers.get(1).succeeded();
        }

        List<RowSet<Row>> rows() {
            return answers.subList(PREAMBLE, answers.size() - 1).stream()
                    .map(Future::result)
                    .toList();
        }
    }
}
