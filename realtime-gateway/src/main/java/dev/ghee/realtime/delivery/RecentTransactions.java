package dev.ghee.realtime.delivery;

/** The last transactions that were delivered. Safe for any thread. */
final class RecentTransactions {
    private static final int KEPT = 256;

    private final int[] xids = new int[KEPT];
    private int count;

    synchronized void add(int xid) {
        if (xid != 0) {
            xids[count++ & (KEPT - 1)] = xid;
        }
    }

    /** Whether a snapshot has them all. A commit can be read from the log a moment before others see it. */
    synchronized boolean allVisible(TransactionSnapshot snapshot) {
        for (int i = 0; i < Math.min(Math.abs(count), KEPT); i++) {
            if (!snapshot.sees(xids[i])) {
                return false;
            }
        }
        return true;
    }
}
