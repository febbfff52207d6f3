package dev.ghee.realtime.delivery;

import dev.ghee.realtime.change.Position;
import dev.ghee.realtime.log.LogRecord;
import dev.ghee.realtime.log.LoggedPart;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * What one app's delivery has to deal with, in order. Nobody waits to put something in: when too much is waiting, the
 * rest is left on the log, and the delivery reads it from there when it has the time. So an app that writes much costs
 * the others neither memory nor turns. Safe for any thread.
 */
final class Inbox {
    private static final int OVERHEAD_BYTES = 256;

    private final long maxBytes;
    private final InboxRoom room;
    private final Deque<Entry> entries = new ArrayDeque<>();
    private long bytes;
    private boolean behind;
    private long firstLeft;
    private long lastLeft;

    /** Something to deal with. */
    sealed interface Entry {
        long bytes();

        record FromLog(LogRecord record) implements Entry {
            @Override
            public long bytes() {
                return OVERHEAD_BYTES + record.value().length;
            }
        }

        /** @param after see {@link dev.ghee.realtime.capture.Outlet} */
        record Direct(LoggedPart part, Position after) implements Entry {
            @Override
            public long bytes() {
                return OVERHEAD_BYTES + part.part().bytes();
            }
        }

        /** The log has lost records. */
        record Gap() implements Entry {
            @Override
            public long bytes() {
                return 0;
            }
        }
    }

    /** What is to be done next. */
    sealed interface Work {
        record Deliver(List<Entry> entries) implements Work {}

        /** Read the log again from this offset, until {@link Inbox#caughtUp}. */
        record CatchUp(long offset) implements Work {}
    }

    /** @param room what all inboxes of the process may hold together */
    Inbox(long maxBytes, InboxRoom room) {
        this.maxBytes = maxBytes;
        this.room = room;
    }

    synchronized void fromLog(LogRecord record) {
        var entry = new Entry.FromLog(record);
        if (!behind && !entries.isEmpty() && !fits(entry)) {
            behind = true;
            firstLeft = record.offset();
        }
        if (behind) {
            lastLeft = record.offset();
            notifyAll();
        } else {
            add(entry);
        }
    }

    /** Left to the log when there is no room. */
    synchronized void direct(LoggedPart part, Position after) {
        var entry = new Entry.Direct(part, after);
        if (!behind && fits(entry)) {
            add(entry);
        }
    }

    synchronized void gap() {
        behind = false;
        add(new Entry.Gap());
    }

    private boolean fits(Entry entry) {
        return bytes + entry.bytes() <= maxBytes && room.has(entry.bytes());
    }

    private void add(Entry entry) {
        entries.add(entry);
        bytes += entry.bytes();
        room.change(entry.bytes());
        notifyAll();
    }

    /** Waits for something to do. */
    synchronized Work take(int maxEntries, long maxBatchBytes) throws InterruptedException {
        while (entries.isEmpty() && !behind) {
            wait();
        }
        if (entries.isEmpty()) {
            return new Work.CatchUp(firstLeft);
        }
        List<Entry> batch = new ArrayList<>();
        long taken = 0;
        while (!entries.isEmpty()
                && batch.size() < maxEntries
                && (batch.isEmpty() || taken + entries.peek().bytes() <= maxBatchBytes)) {
            Entry next = entries.remove();
            taken += next.bytes();
            batch.add(next);
        }
        bytes -= taken;
        room.change(-taken);
        return new Work.Deliver(batch);
    }

    /** Whether everything that was left on the log lies before this offset; if so, records are kept again. */
    synchronized boolean caughtUp(long offset) {
        if (behind && offset > lastLeft) {
            behind = false;
        }
        return !behind;
    }

    /** Nobody will take anything any more. */
    synchronized void discard() {
        room.change(-bytes);
        entries.clear();
        bytes = 0;
        behind = true;
        lastLeft = Long.MAX_VALUE;
    }
}
