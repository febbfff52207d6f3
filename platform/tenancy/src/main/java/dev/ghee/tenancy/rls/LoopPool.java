package dev.ghee.tenancy.rls;

import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import io.vertx.core.Promise;
import io.vertx.core.impl.ContextInternal;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Connections of one login to one app's database, all on one event loop. Every method but the constructor runs on that
 * loop, so there are no locks and a request whose socket lives on the same loop changes no thread. Last in, first out,
 * so that surplus connections grow idle and are closed.
 */
final class LoopPool {
    private static final String RETRY_SECONDS = "1";

    private final ContextInternal loop;
    private final PgConnectOptions options;
    private final Bounds bounds;
    private final AtomicInteger total;

    private final ArrayDeque<Lane> idle = new ArrayDeque<>();
    private final Set<Lane> lent = new HashSet<>();
    private final ArrayDeque<Waiter> waiters = new ArrayDeque<>();
    private int opening;
    private boolean retired;
    private long lastUsed = System.nanoTime();

    /** Limits of a pool; {@code total} counts connections of all pools of the process. */
    record Bounds(
            int maxSize,
            int maxTotal,
            int maxWaiting,
            Duration acquireTimeout,
            Duration idleTimeout,
            Duration longestLease) {}

    private record Waiter(Promise<Lane> promise, long deadline) {}

    LoopPool(ContextInternal loop, PgConnectOptions options, Bounds bounds, AtomicInteger total) {
        this.loop = loop;
        this.options = options;
        this.bounds = bounds;
        this.total = total;
    }

    ContextInternal loop() {
        return loop;
    }

    /** False when the pool was retired meanwhile: look for its successor. Otherwise the promise is completed. */
    boolean lend(Promise<Lane> promise) {
        if (retired) {
            return false;
        }
        lastUsed = System.nanoTime();
        Lane lane = idle.pollFirst();
        if (lane != null) {
            hand(lane, promise);
        } else if (waiters.size() >= bounds.maxWaiting()) {
            promise.fail(busy());
        } else {
            waiters.add(new Waiter(promise, lastUsed + bounds.acquireTimeout().toNanos()));
            grow();
        }
        return true;
    }

    /** Must be called once for each lane that was lent. */
    void giveBack(Lane lane) {
        lent.remove(lane);
        if (retired || !lane.usable()) {
            close(lane);
            grow();
            return;
        }
        Waiter next = waiters.pollFirst();
        if (next != null) {
            hand(lane, next.promise());
        } else {
            lane.since(System.nanoTime());
            idle.addFirst(lane);
        }
    }

    private void hand(Lane lane, Promise<Lane> promise) {
        lane.since(System.nanoTime());
        lent.add(lane);
        promise.complete(lane);
    }

    private void grow() {
        while (opening < waiters.size() && size() < bounds.maxSize() && takePermit()) {
            opening++;
            loop.dispatch(
                    null,
                    _ -> PgConnection.connect(loop.owner(), options).onComplete(opened -> {
                        opening--;
                        if (opened.succeeded()) {
                            opened(opened.result());
                        } else {
                            total.decrementAndGet();
                            refuse(opened.cause());
                        }
                    }));
        }
    }

    private boolean takePermit() {
        int taken = total.get();
        while (taken < bounds.maxTotal()) {
            if (total.compareAndSet(taken, taken + 1)) {
                return true;
            }
            taken = total.get();
        }
        return false;
    }

    private void opened(PgConnection connection) {
        var lane = new Lane(connection, System.nanoTime());
        connection.closeHandler(_ -> {
            lane.markClosed();
            if (idle.remove(lane)) {
                total.decrementAndGet();
            }
        });
        // Errors outside a command are followed by the close handler; without a handler Vert.x prints a stack trace.
        connection.exceptionHandler(_ -> lane.markBroken());
        lent.add(lane);
        giveBack(lane);
    }

    /** While other connections work, waiters have those to wait for; without any, they learn at once. */
    private void refuse(Throwable cause) {
        if (!lent.isEmpty() || opening > 0) {
            return;
        }
        var unreachable = new GheeException(ErrorCode.EXTERNAL_DB_ERROR, "The app's database cannot be reached", cause)
                .withStatus(503)
                .withHeader("Retry-After", RETRY_SECONDS);
        for (Waiter waiter = waiters.pollFirst(); waiter != null; waiter = waiters.pollFirst()) {
            waiter.promise().fail(unreachable);
        }
    }

    /** Expires waiters, closes what was idle or lent for too long. */
    void sweep() {
        long now = System.nanoTime();
        for (Waiter first = waiters.peekFirst(); first != null && first.deadline() - now < 0; ) {
            waiters.removeFirst().promise().fail(busy());
            first = waiters.peekFirst();
        }
        long idleNanos = total.get() >= bounds.maxTotal()
                ? Math.min(
                        bounds.idleTimeout().toNanos(), Duration.ofMillis(500).toNanos())
                : bounds.idleTimeout().toNanos();
        for (Lane last = idle.peekLast(); last != null && now - last.since() > idleNanos; last = idle.peekLast()) {
            idle.removeLast();
            close(last);
        }
        // A copy, because a cut lane comes back at once.
        for (Lane lane : List.copyOf(lent)) {
            if (lane.usable() && now - lane.since() > bounds.longestLease().toNanos()) {
                lane.cut();
            }
        }
        grow();
    }

    /** True when nothing is left here and the pool has refused everything since. */
    boolean retireIfUnused() {
        if (size() == 0
                && waiters.isEmpty()
                && System.nanoTime() - lastUsed > bounds.idleTimeout().toNanos()) {
            retired = true;
        }
        return retired;
    }

    /** Closes what is idle now and what is lent when it comes back; later requests go to a new pool. */
    void retire() {
        retired = true;
        for (Waiter waiter = waiters.pollFirst(); waiter != null; waiter = waiters.pollFirst()) {
            waiter.promise().fail(busy());
        }
        for (Lane lane = idle.pollFirst(); lane != null; lane = idle.pollFirst()) {
            close(lane);
        }
    }

    private void close(Lane lane) {
        total.decrementAndGet();
        if (!lane.closed()) {
            lane.markBroken();
            lane.connection().close();
        }
    }

    private int size() {
        return idle.size() + lent.size() + opening;
    }

    private static GheeException busy() {
        return new GheeException(ErrorCode.EXTERNAL_DB_BUSY, "The app's database has no free connection")
                .withHeader("Retry-After", RETRY_SECONDS);
    }
}
