package dev.ghee.realtime.presence;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.Contracts;
import dev.ghee.contracts.PresenceState;
import dev.ghee.contracts.Topics;
import dev.ghee.tenancy.topic.SharedTopics;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Writes to {@code ghee.presence}, in the order in which it is told to, on a thread of its own because a broker that is
 * away blocks. Begins once this process has read what others wrote. What waits too long is not written.
 */
final class PresenceLog {
    private static final Logger LOG = Logger.getLogger(PresenceLog.class);
    private static final int CAPACITY = 20_000;

    private final SharedTopics topics;
    private final CompletableFuture<Void> ready;
    private final Duration limit;
    private final BlockingQueue<Entry> queue = new LinkedBlockingQueue<>(CAPACITY);
    private @Nullable Thread thread;

    /** @param state null when the client is gone */
    private record Entry(
            AppId app, String clientId, @Nullable PresenceState state, long deadline, Runnable failed) {
        String key() {
            return app + "/" + clientId;
        }
    }

    /** @param ready completes when writing may begin */
    PresenceLog(SharedTopics topics, CompletableFuture<Void> ready, Duration limit) {
        this.topics = topics;
        this.ready = ready;
        this.limit = limit;
    }

    void start() {
        thread = Thread.ofPlatform().daemon().name("presence-log").start(this::run);
    }

    void stop() {
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }

    /** @param failed called when the record is not, or perhaps not, written; from any thread, also at once */
    void write(PresenceState state, Runnable failed) {
        offer(new Entry(state.appId(), state.clientId(), state, deadline(), failed));
    }

    /** Takes a client off the log. When that fails, the leftover is found and taken off later. */
    void remove(AppId app, String clientId) {
        offer(new Entry(app, clientId, null, deadline(), () -> {}));
    }

    private long deadline() {
        return System.nanoTime() + limit.toNanos();
    }

    private void offer(Entry entry) {
        if (!queue.offer(entry)) {
            entry.failed().run();
        }
    }

    private void run() {
        try {
            while (true) {
                write(queue.take());
            }
        } catch (InterruptedException e) {
            LOG.debug("Presence is no longer written");
        }
    }

    private void write(Entry entry) throws InterruptedException {
        if (!isReadyBefore(entry.deadline())) {
            entry.failed().run();
            return;
        }
        PresenceState state = entry.state();
        byte[] value = state == null ? null : Contracts.write(state);
        topics.write(Topics.PRESENCE, entry.app().value(), entry.key(), value).exceptionally(failure -> {
            LOG.debugf("Presence not written: app=%s cause=%s", entry.app(), failure);
            entry.failed().run();
            return null;
        });
    }

    private boolean isReadyBefore(long deadline) throws InterruptedException {
        try {
            ready.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
            return System.nanoTime() - deadline < 0;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }
}
