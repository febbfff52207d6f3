package dev.ghee.realtime.change;

import dev.ghee.pgoutput.Lsn;
import java.util.Comparator;

/**
 * Where a change stands in its app's stream. Totally ordered: a slot made anew begins a greater epoch, so positions
 * stay in order even when LSNs start again after a restore.
 *
 * @param epoch of the slot that read the change
 * @param sequence of the change in its transaction, from 0
 */
public record Position(long epoch, Lsn commitLsn, int sequence) implements Comparable<Position> {
    /** Before every change. */
    public static final Position START = new Position(0, Lsn.NONE, -1);

    private static final Comparator<Position> ORDER = Comparator.comparingLong(Position::epoch)
            .thenComparing(Position::commitLsn)
            .thenComparingInt(Position::sequence);

    @Override
    public int compareTo(Position other) {
        return ORDER.compare(this, other);
    }

    public boolean isAfter(Position other) {
        return compareTo(other) > 0;
    }
}
