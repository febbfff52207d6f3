package dev.ghee.realtime.delivery;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which transactions a statement saw. Source: Postgres type {@code pg_snapshot}, text form {@code xmin:xmax:xip,…}.
 *
 * @param xmin all before it had ended
 * @param xmax none from it on had ended
 * @param running those between that had not ended
 */
record TransactionSnapshot(long xmin, long xmax, Set<Long> running) {

    static TransactionSnapshot parse(String text) {
        String[] parts = text.split(":", -1);
        Set<Long> running = parts[2].isEmpty()
                ? Set.of()
                : Arrays.stream(parts[2].split(",")).map(Long::valueOf).collect(Collectors.toUnmodifiableSet());
        return new TransactionSnapshot(Long.parseLong(parts[0]), Long.parseLong(parts[1]), running);
    }

    /** @param xid of a committed transaction, its lower 32 bits; it began less than 2^31 transactions from here */
    boolean sees(int xid) {
        long full = xmax + (xid - (int) xmax);
        return full < xmin || (full < xmax && !running.contains(full));
    }
}
