package dev.ghee.realtime.socket;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Lets only so many new sockets be taken in at the same time, first come, first served: thousands who come back together
 * then leave the event loops time for those who are there. Safe for any thread.
 */
final class Entrance {
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private int free;

    /** @param atOnce how many may be on their way in */
    Entrance(int atOnce) {
        this.free = atOnce;
    }

    /** Runs the admission when it is its turn, on whatever thread; it must not wait, and ends with one {@link #left}. */
    void enter(Runnable admission) {
        synchronized (this) {
            if (free == 0) {
                waiting.add(admission);
                return;
            }
            free--;
        }
        admission.run();
    }

    /** One admission is over, however it ended: the next one begins. */
    void left() {
        Runnable next;
        synchronized (this) {
            next = waiting.poll();
            if (next == null) {
                free++;
                return;
            }
        }
        next.run();
    }
}
