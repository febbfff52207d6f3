package dev.ghee.realtime.capture;

import dev.ghee.realtime.change.TransactionPart;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Parts between the thread that reads the slot and the one that waits for the log: bounded in bytes, taken in batches that grow with load. */
final class PartQueue {
    /** What a part costs apart from its rows. */
    private static final int OVERHEAD_BYTES = 256;

    private final int capacity;
    private final Semaphore room;
    private final BlockingQueue<Pending> parts = new LinkedBlockingQueue<>();

    /** @param logged completes with its offset when the part is on the change log */
    record Pending(TransactionPart part, CompletableFuture<Long> logged) {}

    PartQueue(int capacityBytes) {
        this.capacity = capacityBytes;
        this.room = new Semaphore(capacityBytes);
    }

    /** Waits this long for room; a part larger than all the room takes all of it. */
    boolean offer(Pending pending, Duration wait) throws InterruptedException {
        if (!room.tryAcquire(cost(pending), wait.toMillis(), TimeUnit.MILLISECONDS)) {
            return false;
        }
        parts.add(pending);
        return true;
    }

    /** Waits for a part, and takes what else is there, up to the limits. */
    List<Pending> take(int maxRows, long maxBytes) throws InterruptedException {
        List<Pending> batch = new ArrayList<>();
        Pending next = parts.take();
        int rows = 0;
        long bytes = 0;
        while (next != null) {
            batch.add(next);
            rows += next.part().changes().size();
            bytes += next.part().bytes();
            Pending head = parts.peek();
            next = head != null
                            && rows + head.part().changes().size() <= maxRows
                            && bytes + head.part().bytes() <= maxBytes
                    ? parts.poll()
                    : null;
        }
        return batch;
    }

    /** The batch is dealt with: its room is free again. */
    void release(List<Pending> batch) {
        batch.forEach(pending -> room.release(cost(pending)));
    }

    private int cost(Pending pending) {
        return (int) Math.min(capacity, OVERHEAD_BYTES + pending.part().bytes());
    }
}
