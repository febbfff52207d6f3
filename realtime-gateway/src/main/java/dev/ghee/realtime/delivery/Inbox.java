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
 *
 * <p>It hands out parts without a gap and without the log's copies of what came directly, which are then never read. A
 * direct part that comes too early, because what lies before it is still on the way from the log, waits for that; so a
 * delivery that once fell behind gets back to the short way.
 */
final class Inbox {
    private static final int OVERHEAD_BYTES = 256;
    /** Direct parts may wait in this part of the inbox; then the oldest are left to the log. */
    private static final int EARLY_SHARE = 4;

    private final long maxBytes;
    private final InboxRoom room;
    private final Deque<Entry> entries = new ArrayDeque<>();
    private long bytes;
    private boolean behind;
    private long firstLeft;
    private long lastLeft;
    /** The last change left on the log. */
    private Position leftUpTo = Position.START;

    /** What the delivery will have come to once it has dealt with all that was put in. */
    private Position promised = Position.START;

    private final Deque<Entry.Direct> early = new ArrayDeque<>();
    private long earlyBytes;

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
            Position last() {
                return part.part().past(after);
            }

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
        if (record.last() != Position.START && !record.last().isAfter(promised)) {
            return;
        }
        var entry = new Entry.FromLog(record);
        if (!behind && !entries.isEmpty() && !fits(entry)) {
            behind = true;
            firstLeft = record.offset();
        }
        if (behind) {
            lastLeft = record.offset();
            leftUpTo = later(leftUpTo, record.last());
            notifyAll();
        } else {
            add(entry);
            promise(record.last());
        }
    }

    /** Left to the log when there is no room. */
    synchronized void direct(LoggedPart part, Position after) {
        var entry = new Entry.Direct(part, after);
        if (!entry.last().isAfter(promised)) {
            return;
        }
        if (behind || after.isAfter(promised)) {
            keep(entry);
        } else if (fits(entry)) {
            add(entry);
            promised = entry.last();
        }
    }

    synchronized void gap() {
        behind = false;
        add(new Entry.Gap());
        promise(leftUpTo);
    }

    private void keep(Entry.Direct entry) {
        early.add(entry);
        earlyBytes += entry.bytes();
        room.change(entry.bytes());
        while (earlyBytes > maxBytes / EARLY_SHARE || !room.has(0)) {
            if (early.isEmpty()) {
                return;
            }
            forgetEarliest();
        }
    }

    private Entry.Direct forgetEarliest() {
        Entry.Direct earliest = early.remove();
        earlyBytes -= earliest.bytes();
        room.change(-earliest.bytes());
        return earliest;
    }

    /** Direct parts that follow on what is promised now need not wait any longer. */
    private void promise(Position reached) {
        promised = later(promised, reached);
        while (!early.isEmpty() && !early.peek().after().isAfter(promised)) {
            Entry.Direct next = forgetEarliest();
            if (next.last().isAfter(promised) && fits(next)) {
                add(next);
                promised = next.last();
            }
        }
    }

    private static Position later(Position one, Position other) {
        return other.isAfter(one) ? other : one;
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
            promise(leftUpTo);
        }
        return !behind;
    }

    /** Nobody will take anything any more. */
    synchronized void discard() {
        room.change(-bytes - earlyBytes);
        entries.clear();
        bytes = 0;
        early.clear();
        earlyBytes = 0;
        behind = true;
        lastLeft = Long.MAX_VALUE;
    }
}
