package dev.ghee.realtime.socket;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Lets only so many new sockets be taken in at the same time, first come, first served: thousands who come back together
 * then leave the event loops time for those who are there. Safe for any thread.
 */
final class Entrance {
    private final Vertx vertx;
    private final Duration limit;
    private final Deque<Consumer<Turn>> waiting = new ArrayDeque<>();
    private int free;

    /**
     * @param atOnce how many may be on their way in
     * @param limit how long one may be on its way before the next is let in
     */
    Entrance(Vertx vertx, int atOnce, Duration limit) {
        this.vertx = vertx;
        this.free = atOnce;
        this.limit = limit;
    }

    /** One socket's way in. */
    final class Turn {
        private final AtomicBoolean over = new AtomicBoolean();
        private final long timer;

        // A socket that breaks at the wrong moment may never be heard of again; nobody else must wait for it.
        private Turn() {
            timer = vertx.setTimer(limit.toMillis(), _ -> end());
        }

        /** The socket is in, or gone; saying so again does nothing. */
        void end() {
            if (over.compareAndSet(false, true)) {
                vertx.cancelTimer(timer);
                next();
            }
        }
    }

    /** Runs the admission when it is its turn, on whatever thread; it must not wait. */
    void enter(Consumer<Turn> admission) {
        synchronized (this) {
            if (free == 0) {
                waiting.add(admission);
                return;
            }
            free--;
        }
        admission.accept(new Turn());
    }

    private void next() {
        Consumer<Turn> next;
        synchronized (this) {
            next = waiting.poll();
            if (next == null) {
                free++;
                return;
            }
        }
        next.accept(new Turn());
    }
}
