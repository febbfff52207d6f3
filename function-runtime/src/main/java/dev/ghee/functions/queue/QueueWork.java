package dev.ghee.functions.queue;

import dev.ghee.contracts.AppState;
import dev.ghee.tenancy.rls.AppStatements;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Messages as those see them who give them to functions. A lease that ran out is another's; whoever comes back to it
 * finds its attempt out of date. Waits for the app's database.
 */
@ApplicationScoped
public class QueueWork {
    private static final String LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('ghee queue ' || $1, 0))";
    private static final String BURY = """
            UPDATE ghee.queue_messages SET dead = true, leased = false, last_error = 'The last attempt did not end'
            WHERE queue = $1 AND leased AND NOT dead AND available_at <= now() AND attempts >= $2""";
    private static final String LEASE = """
            UPDATE ghee.queue_messages SET attempts = attempts + 1, leased = true,
              available_at = now() + make_interval(secs => $3)
            WHERE id IN (
              SELECT id FROM ghee.queue_messages WHERE queue = $1 AND NOT dead AND available_at <= now()
              ORDER BY available_at, id FOR UPDATE SKIP LOCKED
              LIMIT least($4, greatest(0, $2 - (SELECT count(*) FROM ghee.queue_messages
                WHERE queue = $1 AND leased AND NOT dead AND available_at > now()))))
            RETURNING id, body, attempts, created_at""";
    private static final String DONE = "DELETE FROM ghee.queue_messages WHERE id = $1 AND attempts = $2 AND leased";
    private static final String AGAIN = """
            UPDATE ghee.queue_messages SET leased = false, available_at = now() + make_interval(secs => $3),
              last_error = $4, attempts = attempts - $5
            WHERE id = $1 AND attempts = $2 AND leased""";
    private static final String DEAD = """
            UPDATE ghee.queue_messages SET leased = false, dead = true, last_error = $3
            WHERE id = $1 AND attempts = $2 AND leased""";
    private static final String NEXT = """
            SELECT min(available_at) AS due FROM ghee.queue_messages WHERE queue = $1 AND NOT dead""";
    private static final String WAITING = "SELECT DISTINCT queue FROM ghee.queue_messages WHERE NOT dead LIMIT 1000";
    private static final int MAX_ERROR = 500;

    private final AppStatements statements;

    QueueWork(AppStatements statements) {
        this.statements = statements;
    }

    /**
     * Some messages that are due, oldest first.
     *
     * @param concurrency most messages in work at once, of all processes together
     * @param most of this call
     * @param maxAttempts a message whose last attempt was never ended is dead
     */
    public List<QueueMessage> lease(
            AppState app, QueueName queue, int concurrency, int most, int maxAttempts, Duration lease) {
        double seconds = lease.toMillis() / 1000.0;
        return statements.together(
                app,
                connection -> connection
                        .preparedQuery(LOCK)
                        .execute(Tuple.of(queue.text()))
                        .compose(_ -> connection.preparedQuery(BURY).execute(Tuple.of(queue.text(), maxAttempts)))
                        .compose(_ -> connection
                                .preparedQuery(LEASE)
                                .execute(Tuple.of(queue.text(), (long) concurrency, seconds, (long) most)))
                        .map(rows -> {
                            List<QueueMessage> messages = new ArrayList<>();
                            rows.forEach(row -> messages.add(message(row)));
                            return messages;
                        }));
    }

    public void done(AppState app, QueueMessage message) {
        statements.all(app, DONE, Tuple.of(message.id(), message.attempts()));
    }

    /** @param counts whether the attempt counts against the most there may be */
    public void again(AppState app, QueueMessage message, Duration pause, String error, boolean counts) {
        statements.all(
                app,
                AGAIN,
                Tuple.of(
                        message.id(), message.attempts(), pause.toMillis() / 1000.0, shortened(error), counts ? 0 : 1));
    }

    public void bury(AppState app, QueueMessage message, String error) {
        statements.all(app, DEAD, Tuple.of(message.id(), message.attempts(), shortened(error)));
    }

    /** When the next message is due or the next lease ends; in the past when one is due already. */
    public Optional<Instant> next(AppState app, QueueName queue) {
        return statements
                .first(app, NEXT, Tuple.of(queue.text()))
                .map(row -> row.getOffsetDateTime("due"))
                .map(due -> due.toInstant());
    }

    /** Queues that have messages. */
    public List<QueueName> waiting(AppState app) {
        List<QueueName> queues = new ArrayList<>();
        statements.all(app, WAITING, Tuple.tuple()).forEach(row -> queues.add(new QueueName(row.getString("queue"))));
        return queues;
    }

    private static QueueMessage message(Row row) {
        return new QueueMessage(
                row.getLong("id"),
                row.getString("body"),
                row.getInteger("attempts"),
                row.getOffsetDateTime("created_at").toInstant());
    }

    private static String shortened(String error) {
        String clean = error.replace("\0", "");
        return clean.length() <= MAX_ERROR ? clean : clean.substring(0, MAX_ERROR);
    }
}
