package dev.ghee.functions.function;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.MultiEmitter;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Readers who follow a function's log. What this replica writes reaches them at once, what others write within two
 * seconds. Each stream ends after an hour, so that its reader has to show a valid credential again.
 */
@ApplicationScoped
class LogStreams {
    private static final Duration POLL = Duration.ofSeconds(2);
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(15);
    private static final Duration LONGEST = Duration.ofHours(1);
    private static final int BATCH = 100;

    private final InvocationStore store;
    private final LogConfig config;
    private final Vertx vertx;
    private final Set<Stream> streams = ConcurrentHashMap.newKeySet();
    private final Map<AppId, Integer> open = new ConcurrentHashMap<>();

    LogStreams(InvocationStore store, InvocationLog log, LogConfig config, Vertx vertx) {
        this.store = store;
        this.config = config;
        this.vertx = vertx;
        log.onWritten(this::written);
    }

    /** What a reader is sent. */
    sealed interface Event {
        record Call(LogRows.Logged call) implements Event {}

        /** Nothing new, and the connection still stands. */
        record Alive() implements Event {}
    }

    /**
     * What comes from now on, or after that time. Fails with 429 {@code QUOTA_RATE_LIMIT} when the app has too many
     * streams open here.
     */
    Uni<Multi<Event>> open(AppState app, UUID function, @Nullable Instant since) {
        if (open.getOrDefault(app.appId(), 0) >= config.streamsPerApp()) {
            return Uni.createFrom()
                    .failure(new GheeException(ErrorCode.QUOTA_RATE_LIMIT, "The app has too many log streams open")
                            .withHeader("Retry-After", "15"));
        }
        Uni<Long> from =
                since == null ? store.lastId(app, function) : Uni.createFrom().item(0L);
        return from.map(id -> Multi.createFrom().emitter(emitter -> {
            var stream = new Stream(app, function, new LogPosition(id, since), emitter);
            stream.begin();
        }));
    }

    private void written(AppId app, Set<UUID> functions) {
        for (Stream stream : streams) {
            if (stream.app.appId().equals(app) && functions.contains(stream.function)) {
                stream.poll();
            }
        }
    }

    /** One reader. Reads one batch at a time, and none while the reader does not take what it has. */
    private final class Stream {
        private final AppState app;
        private final UUID function;
        private final MultiEmitter<? super Event> emitter;
        private final AtomicBoolean reading = new AtomicBoolean();
        private final AtomicBoolean ended = new AtomicBoolean();
        private volatile LogPosition position;
        private volatile boolean again;
        private volatile long[] timers = {};

        Stream(AppState app, UUID function, LogPosition position, MultiEmitter<? super Event> emitter) {
            this.app = app;
            this.function = function;
            this.position = position;
            this.emitter = emitter;
        }

        void begin() {
            open.merge(app.appId(), 1, Integer::sum);
            streams.add(this);
            emitter.onTermination(this::end);
            timers = new long[] {
                vertx.setPeriodic(POLL.toMillis(), _ -> poll()),
                vertx.setPeriodic(KEEP_ALIVE.toMillis(), _ -> keepAlive()),
                vertx.setTimer(LONGEST.toMillis(), _ -> emitter.complete())
            };
            keepAlive();
            poll();
        }

        private void keepAlive() {
            if (emitter.requested() > 0) {
                emitter.emit(new Event.Alive());
            }
        }

        void poll() {
            if (ended.get() || emitter.requested() == 0) {
                return;
            }
            if (!reading.compareAndSet(false, true)) {
                again = true;
                return;
            }
            again = false;
            store.after(app, function, position, BATCH)
                    .subscribe()
                    .with(
                            calls -> {
                                for (LogRows.Logged call : calls) {
                                    position = new LogPosition(call.id(), position.since());
                                    emitter.emit(new Event.Call(call));
                                }
                                finished(calls.size() == BATCH);
                            },
                            // The next poll tries again; a reader sees a gap in time, not in rows.
                            _ -> finished(false));
        }

        private void finished(boolean more) {
            reading.set(false);
            if (more || again) {
                poll();
            }
        }

        private void end() {
            if (ended.compareAndSet(false, true)) {
                for (long timer : timers) {
                    vertx.cancelTimer(timer);
                }
                streams.remove(this);
                open.computeIfPresent(app.appId(), (_, count) -> count > 1 ? count - 1 : null);
            }
        }
    }
}
