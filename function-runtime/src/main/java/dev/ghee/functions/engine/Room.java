package dev.ghee.functions.engine;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/** How many apps may have a process at once, and whether one waits for room. */
final class Room {
    private final Semaphore free;
    private final AtomicBoolean wanted = new AtomicBoolean();

    Room(int apps) {
        free = new Semaphore(apps);
    }

    boolean tryTake() {
        boolean taken = free.tryAcquire();
        if (!taken) {
            wanted.set(true);
        }
        return taken;
    }

    void give() {
        free.release();
    }

    /** True once for any number of those who found no room since. */
    boolean isWanted() {
        return wanted.getAndSet(false);
    }
}
