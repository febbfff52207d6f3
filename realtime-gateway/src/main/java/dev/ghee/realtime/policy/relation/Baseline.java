package dev.ghee.realtime.policy.relation;

import dev.ghee.pgoutput.Lsn;
import dev.ghee.realtime.change.TransactionPart;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which transactions rows that were read hold already. Source: Postgres, {@code pg_snapshot}.
 *
 * @param until a position of the log that was reached after the rows were read: later commits are not among them
 * @param next the first transaction id that was not given out yet
 * @param running ids below it of transactions that had not ended
 */
record Baseline(Lsn until, long next, Set<Long> running) {

    /** @param snapshot as {@code pg_current_snapshot()} prints it: {@code xmin:xmax:xip,xip} */
    static Baseline of(String snapshot, Lsn until) {
        String[] fields = snapshot.split(":", -1);
        if (fields.length != 3) {
            throw new IllegalArgumentException("a snapshot has the form xmin:xmax:xip");
        }
        return new Baseline(
                until,
                Long.parseUnsignedLong(fields[1]),
                Arrays.stream(fields[2].split(","))
                        .filter(xid -> !xid.isEmpty())
                        .map(Long::parseUnsignedLong)
                        .collect(Collectors.toUnmodifiableSet()));
    }

    /** Whether the rows hold what this part did. */
    boolean covers(TransactionPart part) {
        if (part.commitLsn().compareTo(until) >= 0) {
            return false;
        }
        // The log has the lower 32 bits; ids in use are less than 2^31 apart.
        long xid = next + (part.xid() - (int) next);
        return xid < next && !running.contains(xid);
    }
}
