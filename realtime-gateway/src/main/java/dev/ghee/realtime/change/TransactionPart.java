package dev.ghee.realtime.change;

import dev.ghee.pgoutput.Lsn;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Changes of one committed transaction, in order: all of it, or a part of one that is too large to hold at once. Parts
 * follow each other without another transaction's in between.
 *
 * @param epoch of the slot that it was read from
 * @param xid of the transaction, the lower 32 bits
 * @param accessChanged whether the transaction may have changed who may see a row, known up to this part
 * @param bytes size of the changes as the server sent them
 * @param end the position to confirm once this part is safe; present in a transaction's last part only
 */
public record TransactionPart(
        long epoch,
        Lsn commitLsn,
        Instant committedAt,
        int xid,
        boolean accessChanged,
        List<RowChange> changes,
        long bytes,
        Optional<Lsn> end) {
    public TransactionPart {
        changes = List.copyOf(changes);
    }

    /** Whether it says nothing but where its transaction ends. */
    public boolean isEmpty() {
        return changes.isEmpty() && !accessChanged;
    }

    public Position positionOf(RowChange change) {
        return new Position(epoch, commitLsn, change.sequence());
    }

    /** The stream's position once this part has gone out after {@code before}. */
    public Position past(Position before) {
        return changes.isEmpty() ? before : positionOf(changes.getLast());
    }

    /** Without what was seen before; it may then be empty, and still has its end. */
    public TransactionPart after(Position seen) {
        if (changes.isEmpty() || positionOf(changes.getFirst()).isAfter(seen)) {
            return this;
        }
        List<RowChange> fresh = changes.stream()
                .filter(change -> positionOf(change).isAfter(seen))
                .toList();
        return new TransactionPart(epoch, commitLsn, committedAt, xid, accessChanged, fresh, bytes, end);
    }
}
