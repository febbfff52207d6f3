package dev.ghee.storage.database;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * Questions to apps' databases that are asked together: while one flight of an app is under way, what comes waits for
 * the next. One alone is not held up; thousands at once become a few statements and commits.
 *
 * @param <Q> question
 * @param <A> its answer
 */
public final class Batches<Q, A> {
    private static final int MOST_AT_ONCE = 256;
    private static final int MOST_WAITING = 8192;

    private final AppSql sql;
    private final BiFunction<AppState, List<Q>, Future<List<A>>> flight;
    /** Guarded by itself. */
    private final Map<AppId, Line<Q, A>> lines = new HashMap<>();

    /** @param flight answers in the order of the questions, or fails for all of them */
    public Batches(AppSql sql, BiFunction<AppState, List<Q>, Future<List<A>>> flight) {
        this.sql = sql;
        this.flight = flight;
    }

    private record Asked<Q, A>(Q question, Promise<A> answer) {}

    /** Questions that wait for the flight under way; there is a line only while there is one. */
    private static final class Line<Q, A> {
        private final Deque<Asked<Q, A>> waiting = new ArrayDeque<>();
    }

    /** Fails as the flight does, and with {@code EXTERNAL_DB_BUSY} when too much waits already. */
    public Future<A> ask(AppState app, Q question) {
        var asked = new Asked<Q, A>(question, sql.promise());
        synchronized (lines) {
            Line<Q, A> line = lines.get(app.appId());
            if (line != null) {
                if (line.waiting.size() >= MOST_WAITING) {
                    return Future.failedFuture(
                            new GheeException(ErrorCode.EXTERNAL_DB_BUSY, "Too many requests of this app wait")
                                    .withHeader("Retry-After", "1"));
                }
                line.waiting.add(asked);
                return asked.answer().future();
            }
            lines.put(app.appId(), new Line<>());
        }
        fly(app, List.of(asked));
        return asked.answer().future();
    }

    private void fly(AppState app, List<Asked<Q, A>> batch) {
        Future<List<A>> answers;
        try {
            answers = flight.apply(app, batch.stream().map(Asked::question).toList());
        } catch (RuntimeException e) {
            answers = Future.failedFuture(e);
        }
        answers.onComplete(landed -> {
            next(app);
            for (int i = 0; i < batch.size(); i++) {
                if (landed.succeeded()) {
                    batch.get(i).answer().complete(landed.result().get(i));
                } else {
                    batch.get(i).answer().fail(landed.cause());
                }
            }
        });
    }

    private void next(AppState app) {
        List<Asked<Q, A>> batch = new ArrayList<>();
        synchronized (lines) {
            Line<Q, A> line = lines.get(app.appId());
            while (line != null && !line.waiting.isEmpty() && batch.size() < MOST_AT_ONCE) {
                batch.add(line.waiting.remove());
            }
            if (batch.isEmpty()) {
                lines.remove(app.appId());
                return;
            }
        }
        fly(app, batch);
    }
}
