package dev.ghee.realtime.capture;

import dev.ghee.realtime.change.Position;
import dev.ghee.realtime.change.TransactionPart;
import dev.ghee.realtime.log.LoggedPart;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Offers the parts of one session to this process' own delivery, each as soon as the log has it: on Kafka's thread,
 * since waiting for one of our own would let the log's reader be quicker, and everything be read twice.
 *
 * <p>Acknowledgements come in the order of the records. Where they do not, or one fails, it is unknown what lies between
 * two parts, and the rest of the session is left to the log.
 */
final class ShortCut {
    private final Outlet outlet;
    private long appended;
    private long acknowledged;
    private boolean broken;

    /** Unknown until this session has logged something: another process may have had the slot in between. */
    private @Nullable Position last;

    ShortCut(Outlet outlet) {
        this.outlet = outlet;
    }

    /** Parts have to come in the order in which they were appended, by one thread. */
    void follow(TransactionPart part, CompletableFuture<Long> logged) {
        long number = appended++;
        logged.thenAccept(offset -> acknowledged(number, new LoggedPart(part, offset)));
    }

    private synchronized void acknowledged(long number, LoggedPart logged) {
        broken |= number != acknowledged;
        acknowledged++;
        TransactionPart part = logged.part();
        if (broken) {
            return;
        }
        if (part.changes().isEmpty()) {
            // Others must not overtake a change of access, which only the log brings.
            last = part.accessChanged() ? null : last;
            return;
        }
        Position before = last;
        last = part.positionOf(part.changes().getLast());
        if (before != null) {
            outlet.offer(logged, before);
        }
    }
}
