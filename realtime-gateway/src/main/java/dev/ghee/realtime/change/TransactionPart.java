package dev.ghee.realtime.change;

import dev.ghee.pgoutput.Lsn;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Changes of one committed transaction, in order: all of it, or a part of one that is too large to hold at once. Parts
 * follow each other without another transaction's in between.
 *
 * @param bytes size of the changes as the server sent them
 * @param end the position to confirm once this part is safe; present in a transaction's last part only
 */
public record TransactionPart(
        Lsn commitLsn, Instant committedAt, List<RowChange> changes, long bytes, Optional<Lsn> end) {
    public TransactionPart {
        changes = List.copyOf(changes);
    }

    /** Without what was seen before; it may then be empty, and still has its end. */
    public TransactionPart after(Position seen) {
        int order = commitLsn.compareTo(seen.commitLsn());
        if (order > 0 || changes.isEmpty()) {
            return this;
        }
        List<RowChange> fresh = order < 0
                ? List.of()
                : changes.stream()
                        .filter(change -> change.sequence() > seen.sequence())
                        .toList();
        return new TransactionPart(commitLsn, committedAt, fresh, bytes, end);
    }

    /** Where a stream stands: the last change that went out. */
    public record Position(Lsn commitLsn, int sequence) {
        public static final Position START = new Position(Lsn.NONE, -1);

        /** The position once this part has gone out as well. */
        public Position past(TransactionPart part) {
            return part.changes().isEmpty()
                    ? this
                    : new Position(part.commitLsn(), part.changes().getLast().sequence());
        }
    }
}
