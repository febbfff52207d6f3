package dev.ghee.functions.queue;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.contracts.QueueWoken;
import dev.ghee.contracts.Topics;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.functions.audit.EventWriter;
import dev.ghee.tenancy.rls.AppStatements;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Messages as those see them who send them and look after them. Waits for the app's database. */
@ApplicationScoped
public class Queues {
    private static final Logger LOG = Logger.getLogger(Queues.class);
    private static final String INSERT = """
            INSERT INTO ghee.queue_messages (queue, body, available_at)
            VALUES ($1, $2, now() + make_interval(secs => $3)) RETURNING id, available_at""";
    private static final String COUNT = """
            SELECT count(*) AS n FROM (SELECT FROM ghee.queue_messages WHERE queue = $1 LIMIT $2) AS counted""";
    private static final String STATES = """
            SELECT queue, count(*) FILTER (WHERE NOT dead AND NOT leased AND available_at <= now()
                     OR leased AND NOT dead AND available_at <= now()) AS ready,
                   count(*) FILTER (WHERE NOT dead AND NOT leased AND available_at > now()) AS delayed,
                   count(*) FILTER (WHERE leased AND NOT dead AND available_at > now()) AS in_flight,
                   count(*) FILTER (WHERE dead) AS dead,
                   min(created_at) FILTER (WHERE NOT dead) AS oldest
              FROM ghee.queue_messages WHERE $1 = '' OR queue = $1
             GROUP BY queue ORDER BY queue LIMIT 1000""";
    private static final String LIST = """
            SELECT id, body, attempts, available_at, created_at, last_error,
                   CASE WHEN dead THEN 'dead' WHEN leased AND available_at > now() THEN 'in_flight'
                        WHEN available_at > now() THEN 'delayed' ELSE 'ready' END AS state
              FROM ghee.queue_messages
             WHERE queue = $1 AND id > $3 AND ($2 = '' OR $2 =
                   CASE WHEN dead THEN 'dead' WHEN leased AND available_at > now() THEN 'in_flight'
                        WHEN available_at > now() THEN 'delayed' ELSE 'ready' END)
             ORDER BY id LIMIT $4""";
    private static final String REVIVE = """
            UPDATE ghee.queue_messages SET dead = false, leased = false, attempts = 0, available_at = now()
            WHERE queue = $1 AND dead AND ($2::bigint = 0 OR id = $2::bigint)""";
    private static final String PURGE = "DELETE FROM ghee.queue_messages WHERE queue = $1 AND dead";

    private final AppStatements statements;
    private final EventWriter events;
    private final QueueConfig config;
    private final List<BiConsumer<AppState, QueueName>> listeners = new CopyOnWriteArrayList<>();
    private final Cache<Counted, Long> counts = Caffeine.newBuilder()
            .maximumSize(10_000)
            .expireAfterWrite(Duration.ofSeconds(5))
            .build();

    Queues(AppStatements statements, EventWriter events, QueueConfig config) {
        this.statements = statements;
        this.events = events;
        this.config = config;
    }

    private record Counted(AppId app, QueueName queue) {}

    /** A message as its sender gets to know it. */
    public record Sent(long id, Instant availableAt) {}

    /** How many messages are in which state; {@code oldest} of those that are not dead. */
    public record Counts(
            String queue,
            long ready,
            long delayed,
            long inFlight,
            long dead,
            @Nullable Instant oldest) {}

    /** A message in a list. */
    public record Listed(
            long id,
            String state,
            String body,
            int attempts,
            Instant availableAt,
            Instant createdAt,
            @Nullable String lastError) {
        @Override
        public String toString() {
            return "Listed[" + id + "]";
        }
    }

    /** Called in this process with each queue that got a message, or got dead ones back. On a virtual thread. */
    public void onMessages(BiConsumer<AppState, QueueName> listener) {
        listeners.add(listener);
    }

    /**
     * Keeps a message until a function has taken it. Fails with 413 {@code REQUEST_ERROR} when it is too long, and with
     * {@code QUEUE_FULL}.
     *
     * @param body JSON
     */
    public Sent send(AppState app, QueueName queue, String body, Duration delay) {
        int bytes = body.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > config.maxMessageBytes()) {
            throw new GheeException(
                            ErrorCode.REQUEST_ERROR, "A message has at most " + config.maxMessageBytes() + " bytes")
                    .withStatus(413);
        }
        if (count(app, queue) >= config.maxMessages()) {
            throw new GheeException(ErrorCode.QUEUE_FULL, "The queue has " + config.maxMessages() + " messages already")
                    .withHeader("Retry-After", "5");
        }
        Row row = statements
                .first(app, INSERT, Tuple.of(queue.text(), body, delay.toMillis() / 1000.0))
                .orElseThrow();
        woken(app, queue);
        return new Sent(row.getLong("id"), row.getOffsetDateTime("available_at").toInstant());
    }

    private long count(AppState app, QueueName queue) {
        var key = new Counted(app.appId(), queue);
        Long known = counts.getIfPresent(key);
        if (known == null) {
            known = statements
                    .first(app, COUNT, Tuple.of(queue.text(), (long) config.maxMessages()))
                    .map(row -> row.getLong("n"))
                    .orElse(0L);
            counts.put(key, known);
        }
        return known;
    }

    private void woken(AppState app, QueueName queue) {
        listeners.forEach(listener -> listener.accept(app, queue));
        events.write(Topics.QUEUES, app.appId(), new QueueWoken(app.appId(), queue.text()))
                .exceptionally(e -> {
                    LOG.debugf("Others not told of a message: app=%s cause=%s", app.appId(), e);
                    return null;
                });
    }

    public List<Counts> all(AppState app) {
        return counts(app, "");
    }

    /** All zero for a queue that never had a message. */
    public Counts one(AppState app, QueueName queue) {
        return counts(app, queue.text()).stream().findFirst().orElse(new Counts(queue.text(), 0, 0, 0, 0, null));
    }

    private List<Counts> counts(AppState app, String queue) {
        List<Counts> all = new ArrayList<>();
        statements
                .all(app, STATES, Tuple.of(queue))
                .forEach(row -> all.add(new Counts(
                        row.getString("queue"),
                        row.getLong("ready"),
                        row.getLong("delayed"),
                        row.getLong("in_flight"),
                        row.getLong("dead"),
                        Optional.ofNullable(row.getOffsetDateTime("oldest"))
                                .map(time -> time.toInstant())
                                .orElse(null))));
        return all;
    }

    /**
     * Messages by id.
     *
     * @param state empty for all
     * @param after id of the last one of the page before; 0 for the first page
     */
    public List<Listed> list(AppState app, QueueName queue, String state, long after, int limit) {
        List<Listed> all = new ArrayList<>();
        statements
                .all(app, LIST, Tuple.of(queue.text(), state, after, (long) limit))
                .forEach(row -> all.add(new Listed(
                        row.getLong("id"),
                        row.getString("state"),
                        row.getString("body"),
                        row.getInteger("attempts"),
                        row.getOffsetDateTime("available_at").toInstant(),
                        row.getOffsetDateTime("created_at").toInstant(),
                        row.getString("last_error"))));
        return all;
    }

    /** Gives dead letters all their attempts again; how many. @param id of one; 0 for all */
    public int revive(AppState app, QueueName queue, long id) {
        int revived = statements.all(app, REVIVE, Tuple.of(queue.text(), id)).rowCount();
        if (revived > 0) {
            woken(app, queue);
        }
        return revived;
    }

    /** Deletes dead letters; how many. */
    public int purge(AppState app, QueueName queue) {
        return statements.all(app, PURGE, Tuple.of(queue.text())).rowCount();
    }
}
