package dev.ghee.functions.function;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * The log of calls. Whoever records never waits: calls are gathered per app and written together in the background.
 * Counters are of all calls. Rows are not: under load each app has so many per flush, and all of them so much memory;
 * what is dropped for that is counted in the metric {@code ghee.functions.log.dropped}. A process that dies takes the
 * last half second along.
 */
@ApplicationScoped
public class InvocationLog {
    /** Lines of one call that are kept. */
    public static final int MAX_CONSOLE = 100;

    /** Characters of one line that are kept. */
    public static final int MAX_LINE = 10_240;

    private static final Logger LOG = Logger.getLogger(InvocationLog.class);
    private static final Duration WRITE_LIMIT = Duration.ofSeconds(20);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(3);
    private static final int WRITERS = 4;
    /** A minute and more. */
    private static final int MAX_ATTEMPTS = 12;

    private final LogConfig config;
    private final InvocationStore store;
    private final StackTraces stacks;
    private final Vertx vertx;
    private final Counter droppedRows;
    private final Map<AppId, WaitingCalls> apps = new ConcurrentHashMap<>();
    private final Set<AppId> writing = ConcurrentHashMap.newKeySet();
    private final AtomicLong waitingCharacters = new AtomicLong();
    private final Semaphore writers = new Semaphore(WRITERS);
    private final List<BiConsumer<AppId, Set<UUID>>> listeners = new CopyOnWriteArrayList<>();
    private volatile long timer = -1;

    InvocationLog(LogConfig config, InvocationStore store, StackTraces stacks, Vertx vertx, MeterRegistry metrics) {
        this.config = config;
        this.store = store;
        this.stacks = stacks;
        this.vertx = vertx;
        this.droppedRows = metrics.counter("ghee.functions.log.dropped");
        metrics.gauge("ghee.functions.log.waiting.characters", waitingCharacters);
    }

    /** Never waits and never fails. */
    public void record(InvocationRecord call) {
        apps.compute(call.app().appId(), (_, known) -> {
            WaitingCalls waiting = known == null ? new WaitingCalls(call.app()) : known;
            waiting.count(call);
            if (waiting.hasRoom(call.failed(), config.rowsPerFlush())) {
                LogRow row = LogRow.of(call);
                if (waitingCharacters.addAndGet(row.characters()) <= config.maxWaitingCharacters()) {
                    waiting.add(row);
                    return waiting;
                }
                waitingCharacters.addAndGet(-row.characters());
            }
            droppedRows.increment();
            return waiting;
        });
    }

    /** Called with the functions of an app that have new rows, on a virtual thread. */
    void onWritten(BiConsumer<AppId, Set<UUID>> listener) {
        listeners.add(listener);
    }

    void start(@Observes StartupEvent event) {
        timer = vertx.setPeriodic(config.flushInterval().toMillis(), _ -> flush());
    }

    /** Writes what waits, but a database that does not answer holds nobody up. */
    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        vertx.cancelTimer(timer);
        Instant end = Instant.now().plus(STOP_LIMIT);
        List<Thread> last = apps.keySet().stream()
                .map(app -> Thread.ofVirtual().name("function-log").start(() -> write(app)))
                .toList();
        for (Thread thread : last) {
            Duration left = Duration.between(Instant.now(), end);
            if (!left.isPositive() || !thread.join(left)) {
                LOG.warn("The last calls are not in the log: a database did not answer in time");
                return;
            }
        }
    }

    private void flush() {
        apps.forEach((app, waiting) -> {
            if (waiting.due() && writing.add(app)) {
                Thread.ofVirtual().name("function-log").start(() -> {
                    try {
                        write(app);
                    } finally {
                        writing.remove(app);
                    }
                });
            }
        });
    }

    private void write(AppId app) {
        writers.acquireUninterruptibly();
        try {
            WaitingCalls waiting = apps.remove(app);
            if (waiting != null) {
                write(waiting);
            }
        } finally {
            writers.release();
        }
    }

    private void write(WaitingCalls waiting) {
        AppState app = waiting.app();
        try {
            List<LogRow> rows =
                    waiting.rows().stream().map(row -> stacks.mapped(app, row)).toList();
            store.write(app, rows, waiting.counts()).await().atMost(WRITE_LIMIT);
            Set<UUID> functions = rows.stream().map(LogRow::function).collect(Collectors.toSet());
            listeners.forEach(listener -> listener.accept(app.appId(), functions));
        } catch (RuntimeException e) {
            failed(waiting, e);
            return;
        } finally {
            waitingCharacters.addAndGet(-waiting.characters());
        }
        try {
            store.cleanUp(app).await().atMost(WRITE_LIMIT);
        } catch (RuntimeException e) {
            LOG.debugf("Log of calls not cleaned up: app=%s cause=%s", app.appId(), e);
        }
    }

    /** Rows are lost; counters are small and wait for the database to come back, though not for that of a deleted app. */
    private void failed(WaitingCalls waiting, RuntimeException cause) {
        AppId app = waiting.app().appId();
        droppedRows.increment(waiting.rows().size());
        WaitingCalls counters = waiting.countersForAnotherAttempt();
        boolean again = counters.attempts() < MAX_ATTEMPTS;
        if (again) {
            apps.merge(app, counters, WaitingCalls::with);
        }
        if (counters.attempts() == 1 || !again) {
            LOG.warnf(
                    "Log of calls not written: app=%s rows=%d again=%s cause=%s",
                    app, waiting.rows().size(), again, cause);
        }
    }
}
