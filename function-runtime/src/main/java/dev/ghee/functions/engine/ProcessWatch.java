package dev.ghee.functions.engine;

import dev.ghee.contracts.AppId;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Looks at all apps' processes ten times a second: who is over a limit, who is late, who is no longer needed. */
final class ProcessWatch implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(ProcessWatch.class);
    private static final long PERIOD_MILLIS = 100;

    private final ConcurrentMap<AppId, AppCalls> apps;
    private final EngineConfig config;
    private final Room room;
    private final ScheduledExecutorService timer;

    ProcessWatch(ConcurrentMap<AppId, AppCalls> apps, EngineConfig config, Room room) {
        this.apps = apps;
        this.config = config;
        this.room = room;
        timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("functions-watch").daemon().factory());
        timer.scheduleWithFixedDelay(this::look, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void look() {
        long now = System.nanoTime();
        if (room.isWanted()) {
            makeRoom(now);
        }
        for (Map.Entry<AppId, AppCalls> entry : apps.entrySet()) {
            try {
                AppCalls app = entry.getValue();
                app.watch(now);
                if (app.idleFor(now) > config.idleTimeout().toNanos()) {
                    app.rest();
                }
            } catch (RuntimeException e) {
                LOG.errorf(e, "Cannot watch the processes of %s", entry.getKey());
            }
        }
    }

    /** Ends the process that has been idle for longest. */
    private void makeRoom(long now) {
        apps.values().stream()
                .filter(app -> app.idleFor(now) > 0)
                .max(Comparator.comparingLong(app -> app.idleFor(now)))
                .ifPresent(AppCalls::rest);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
