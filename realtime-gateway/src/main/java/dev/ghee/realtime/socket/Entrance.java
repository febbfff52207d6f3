package dev.ghee.realtime.socket;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Lets only so many new sockets be taken in at the same time, first come, first served: thousands who come back together
 * then leave the event loops time for those who are there. Safe for any thread.
 */
final class Entrance {
    private final Deque<RealtimeSocket> waiting = new ArrayDeque<>();
    private int free;

    /** @param atOnce how many may be on their way in */
    Entrance(int atOnce) {
        this.free = atOnce;
    }

    /** Calls the socket in, on its loop, when it is its turn; each call is to be answered by one {@link #left}. */
    void enter(RealtimeSocket socket) {
        synchronized (this) {
            if (free == 0) {
                waiting.add(socket);
                return;
            }
            free--;
        }
        socket.callIn();
    }

    /** One of those who were called in is done, or gone: the next one is called. */
    void left() {
        RealtimeSocket next;
        synchronized (this) {
            next = waiting.poll();
            if (next == null) {
                free++;
                return;
            }
        }
        next.callIn();
    }
}
