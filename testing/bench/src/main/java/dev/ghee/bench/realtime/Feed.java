package dev.ghee.bench.realtime;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/**
 * Writes rows in one-row transactions, round by round: in each round one row of each owner, numbered by the round. So
 * an owner's rows, and with one owner all rows, are numbered 0, 1, 2 and so on in commit order.
 */
final class Feed {
    private static final String TABLE = """
            CREATE TABLE t (n int NOT NULL, sent bigint NOT NULL, owner_id text NOT NULL,
              archived boolean NOT NULL DEFAULT false, body text, PRIMARY KEY (owner_id, n))""";
    private static final String INSERT = "INSERT INTO t (n, sent, owner_id, body) VALUES (?, ?, ?, ?)";
    private static final String BODY = "Hello, this is a message of the day.";
    private static final int WRITERS = 8;

    private final RealtimeApp app;
    private final int owners;
    private int rounds;

    private Feed(RealtimeApp app, int owners) {
        this.app = app;
        this.owners = owners;
    }

    /** An app with one live table under this policy for users; without a condition, without row-level security. */
    static Feed into(RealtimeApp app, String condition, int owners) throws SQLException {
        app.execute(TABLE);
        if (!condition.isEmpty()) {
            app.execute(
                    "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
                    "CREATE POLICY p ON t FOR SELECT TO butterbase_user USING (" + condition + ")");
        }
        app.live("t");
        return new Feed(app, owners);
    }

    int owners() {
        return owners;
    }

    /** As fast as the server commits without waiting for its disk, with no client in between. */
    void burst(int more) throws SQLException {
        try (Connection connection = app.owner();
                Statement sql = connection.createStatement()) {
            sql.execute("SET synchronous_commit = off");
            sql.execute("DO $$ BEGIN FOR n IN " + rounds + ".." + (rounds + more - 1) + " LOOP FOR o IN 0.."
                    + (owners - 1) + " LOOP INSERT INTO t (n, sent, owner_id, body) VALUES (n,"
                    + " (extract(epoch FROM clock_timestamp()) * 1000000)::bigint, 'u' || o, '" + BODY
                    + "'); COMMIT; END LOOP; END LOOP; END $$");
        }
        rounds += more;
    }

    /**
     * So many rows a second, as far as the server keeps up, each sent by a client that waits for its commit. Rows of
     * one owner are written one after the other.
     *
     * @return rows a second that were written
     */
    double paced(int more, int perSecond) throws Exception {
        int writers = Math.min(WRITERS, owners);
        long begin = System.nanoTime();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int writer = 0; writer < writers; writer++) {
                int first = writer;
                running.add(threads.submit(() -> {
                    write(first, writers, more, begin, 1e9 / perSecond);
                    return null;
                }));
            }
            for (Future<?> writer : running) {
                writer.get();
            }
        }
        rounds += more;
        return (double) more * owners / ((System.nanoTime() - begin) / 1e9);
    }

    private void write(int first, int step, int more, long begin, double gapNanos) throws SQLException {
        try (Connection connection = app.owner();
                PreparedStatement insert = connection.prepareStatement(INSERT)) {
            for (int round = 0; round < more; round++) {
                for (int owner = first; owner < owners; owner += step) {
                    long due = begin + (long) (((long) round * owners + owner) * gapNanos);
                    while (System.nanoTime() < due) {
                        LockSupport.parkNanos(due - System.nanoTime());
                    }
                    insert.setInt(1, rounds + round);
                    insert.setLong(2, micros());
                    insert.setString(3, "u" + owner);
                    insert.setString(4, BODY);
                    insert.executeUpdate();
                }
            }
        }
    }

    private static long micros() {
        Instant now = Clock.systemUTC().instant();
        return now.getEpochSecond() * 1_000_000 + now.getNano() / 1000;
    }
}
