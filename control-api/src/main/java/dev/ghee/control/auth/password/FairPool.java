package dev.ghee.control.auth.password;

import dev.ghee.contracts.AppId;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A few platform threads for work that computes. Apps take turns, so one app's burst delays another app by at most
 * one piece of work per thread; what waits is bounded per app and in total, and refused beyond that.
 */
public final class FairPool implements AutoCloseable {
    private static final String RETRY_SECONDS = "2";

    private final int maxWaiting;
    private final int maxWaitingPerApp;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    /** Apps in the order of their next turn; none of the queues is empty. */
    private final Map<AppId, ArrayDeque<FutureTask<?>>> line = new LinkedHashMap<>();

    private final List<Thread> threads = new ArrayList<>();
    private int count;
    private boolean closed;

    public FairPool(String name, int size, int maxWaiting, int maxWaitingPerApp) {
        this.maxWaiting = maxWaiting;
        this.maxWaitingPerApp = maxWaitingPerApp;
        for (int i = 0; i < size; i++) {
            threads.add(Thread.ofPlatform().name(name + "-" + i).daemon().start(this::work));
        }
    }

    /**
     * Runs the work on one of the threads and waits for it: call from a virtual thread. Fails with
     * {@code SERVICE_BUSY} (503, {@code Retry-After}) when too much is waiting already, or when it did not get its turn
     * within the patience; otherwise with what the work throws.
     */
    public <T> T run(AppId app, Duration patience, Callable<T> work) {
        var task = new FutureTask<>(work);
        enqueue(app, task);
        try {
            return task.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            task.cancel(false);
            throw busy();
        } catch (InterruptedException e) {
            task.cancel(false);
            Thread.currentThread().interrupt();
            throw busy();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException("Work failed", e.getCause());
        }
    }

    private void enqueue(AppId app, FutureTask<?> task) {
        lock.lock();
        try {
            ArrayDeque<FutureTask<?>> queue = line.get(app);
            if (closed || count >= maxWaiting || (queue != null && queue.size() >= maxWaitingPerApp)) {
                throw busy();
            }
            if (queue == null) {
                queue = new ArrayDeque<>();
                line.put(app, queue);
            }
            queue.add(task);
            count++;
            arrived.signal();
        } finally {
            lock.unlock();
        }
    }

    private void work() {
        for (FutureTask<?> next = take(); next != null; next = take()) {
            next.run();
        }
    }

    /** The next piece of the app whose turn it is, which then goes to the end of the line; null when closed. */
    private @Nullable FutureTask<?> take() {
        lock.lock();
        try {
            while (line.isEmpty()) {
                if (closed) {
                    return null;
                }
                arrived.await();
            }
            Map.Entry<AppId, ArrayDeque<FutureTask<?>>> turn =
                    line.entrySet().iterator().next();
            line.remove(turn.getKey());
            FutureTask<?> task = turn.getValue().remove();
            if (!turn.getValue().isEmpty()) {
                line.put(turn.getKey(), turn.getValue());
            }
            count--;
            return task;
        } catch (InterruptedException e) {
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** Pieces of work that no thread has taken yet. */
    int waiting() {
        lock.lock();
        try {
            return count;
        } finally {
            lock.unlock();
        }
    }

    private static GheeException busy() {
        return new GheeException(ErrorCode.SERVICE_BUSY, "Too many requests are waiting; try again in a moment")
                .withHeader("Retry-After", RETRY_SECONDS);
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
