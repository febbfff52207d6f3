package dev.ghee.realtime.delivery;

import dev.ghee.realtime.change.Position;
import dev.ghee.realtime.subscription.Gate;
import dev.ghee.realtime.subscription.Subscriber;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps a subscription's live frames back while its past is read, then lets out, in order, those that the past did not
 * have. Safe for any thread.
 */
final class JoinGate implements Gate {
    private final long maxBytes;
    private final List<Held> held = new ArrayList<>();
    private long bytes;
    private boolean overflowed;
    private boolean closed;
    private Wanted wanted = (_, _) -> true;
    private boolean open;

    private record Held(Position position, int xid, ByteBuf frame) {}

    /** Which changes the past did not have. */
    interface Wanted {
        boolean test(Position position, int xid);
    }

    /** @param maxBytes most that is kept */
    JoinGate(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    @Override
    public synchronized boolean passes(Position position, int xid, ByteBuf frame) {
        if (open) {
            return wanted.test(position, xid);
        }
        if (!overflowed && !closed) {
            bytes += frame.readableBytes();
            if (bytes > maxBytes) {
                overflowed = true;
                discard();
            } else {
                held.add(new Held(position, xid, frame.retainedDuplicate()));
            }
        }
        return false;
    }

    synchronized boolean isOpen() {
        return open;
    }

    /** Whether frames were lost because the past took too long. */
    synchronized boolean overflowed() {
        return overflowed;
    }

    /** Lets frames out from now on, after those that were kept. */
    synchronized void open(Subscriber subscriber, Wanted those) {
        List<ByteBuf> frames = new ArrayList<>();
        for (Held kept : held) {
            if (those.test(kept.position(), kept.xid())) {
                frames.add(kept.frame());
            } else {
                kept.frame().release();
            }
        }
        held.clear();
        // Before the gate is open, so that no later frame is at the event loop first.
        Sending.send(subscriber, frames);
        wanted = those;
        open = true;
    }

    /** Nothing is wanted any more. */
    synchronized void close() {
        closed = true;
        discard();
    }

    private void discard() {
        held.forEach(kept -> kept.frame().release());
        held.clear();
    }
}
