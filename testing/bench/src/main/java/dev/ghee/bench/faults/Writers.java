package dev.ghee.bench.faults;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;

/**
 * Writers that each number their rows 0, 1, 2 and so on, in one-row transactions at a fixed rate. After an error a
 * writer asks the table what was committed and goes on after that, so the table is what clients are held against.
 */
final class Writers implements AutoCloseable {
    static final String TABLE = "CREATE TABLE t (w int, n int, body text, PRIMARY KEY (w, n))";

    private static final String INSERT = "INSERT INTO t VALUES (?, ?, 'Something that happened while things broke.')";
    private static final String NEXT = "SELECT coalesce(max(n) + 1, 0), count(*) FROM t WHERE w = ?";
    private static final long RETRY_NANOS = 200_000_000;
    private static final long SECOND = 1_000_000_000;

    private final RowSource source;
    private final int perSecond;
    private final AtomicIntegerArray next;
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean paused = true;
    private volatile boolean ended;

    /** @param perSecond rows a second of all writers together */
    Writers(RowSource source, int writers, int perSecond) {
        this.source = source;
        this.perSecond = Math.max(1, perSecond / writers);
        this.next = new AtomicIntegerArray(writers);
        for (int writer = 0; writer < writers; writer++) {
            int number = writer;
            threads.add(Thread.ofPlatform().daemon().name("writer-" + number).start(() -> run(number)));
        }
    }

    void resume() {
        paused = false;
    }

    /** What is under way still ends; {@link #table} waits for it. */
    void pause() {
        paused = true;
    }

    /** Rows that were written so far, as far as the writers know. */
    int written() {
        int sum = 0;
        for (int writer = 0; writer < next.length(); writer++) {
            sum += next.get(writer);
        }
        return sum;
    }

    private void run(int writer) {
        while (!ended) {
            try (Connection connection = source.open();
                    PreparedStatement insert = connection.prepareStatement(INSERT)) {
                next.set(writer, committed(connection, writer));
                write(writer, insert);
            } catch (SQLException e) {
                // Somebody killed the server; it will be back.
                LockSupport.parkNanos(RETRY_NANOS);
            }
        }
    }

    private void write(int writer, PreparedStatement insert) throws SQLException {
        long gap = SECOND / perSecond;
        long due = System.nanoTime();
        while (!ended) {
            if (paused) {
                LockSupport.parkNanos(gap);
                due = System.nanoTime();
                continue;
            }
            LockSupport.parkNanos(due - System.nanoTime());
            insert.setInt(1, writer);
            insert.setInt(2, next.get(writer));
            insert.executeUpdate();
            next.incrementAndGet(writer);
            // Late by more than a second, it does not catch up: that would be another rate.
            due = Math.max(due + gap, System.nanoTime() - SECOND);
        }
    }

    /** The next number, from the table. Fails when a number is missing: then the bench itself is wrong. */
    private static int committed(Connection connection, int writer) throws SQLException {
        try (PreparedStatement ask = connection.prepareStatement(NEXT)) {
            ask.setInt(1, writer);
            try (ResultSet row = ask.executeQuery()) {
                row.next();
                if (row.getInt(1) != row.getInt(2)) {
                    throw new IllegalStateException("rows of writer " + writer + " are not consecutive");
                }
                return row.getInt(1);
            }
        }
    }

    /** How many rows each writer has in the table; to be called while paused. */
    int[] table() throws SQLException {
        int[] counts = new int[next.length()];
        try (Connection connection = source.open()) {
            for (int writer = 0; writer < counts.length; writer++) {
                counts[writer] = committed(connection, writer);
            }
        }
        return counts;
    }

    @Override
    public void close() throws InterruptedException {
        ended = true;
        for (Thread thread : threads) {
            thread.join(5_000);
        }
    }
}
