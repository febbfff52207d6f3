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
 * Writes rows in one-row transactions, one for each owner in turn, numbered per owner: 0, 1, 2 and so on in commit order.
 */
final class Feed {
    private static final String TABLE = """
            CREATE TABLE t (n int NOT NULL, sent bigint NOT NULL, owner_id text NOT NULL,
              archived boolean NOT NULL DEFAULT false, body text, PRIMARY KEY (owner_id, n))""";
    private static final String INSERT = "INSERT INTO t (n, sent, owner_id, body) VALUES (?, ?, ?, ?)";
    private static final String BODY = "Hello, this is a message of the day.";
    private static final int MAX_WRITERS = 8;

    private final RealtimeApp app;
    private final int owners;
    private long written;

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

    /**
     * So many rows, as fast as the server commits without waiting for its disk, with no client in between. The last one
     * waits: readers of the log get only what is on disk, and without it that would be up to half a second later.
     */
    void burst(long rows) throws SQLException {
        try (Connection connection = app.owner();
                Statement sql = connection.createStatement()) {
            sql.execute("SET synchronous_commit = off");
            sql.execute("DO $$ BEGIN FOR i IN " + written + ".." + (written + rows - 1)
                    + " LOOP INSERT INTO t (n, sent, owner_id, body) VALUES (i / " + owners
                    + ", (extract(epoch FROM clock_timestamp()) * 1000000)::bigint, 'u' || i % " + owners + ", '"
                    + BODY + "'); IF i = " + (written + rows - 1)
                    + " THEN PERFORM set_config('synchronous_commit', 'on', false); END IF; COMMIT; END LOOP; END $$");
        }
        written += rows;
    }

    /**
     * So many rows a second, as far as the server keeps up, sent by clients that each wait for their commits. Rows of one
     * owner have the same writer.
     *
     * @return rows a second that were written
     */
    double paced(long rows, int perSecond) throws Exception {
        int writers = writers();
        long begin = System.nanoTime();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int writer = 0; writer < writers; writer++) {
                int first = writer;
                running.add(threads.submit(() -> {
                    write(first, writers, rows, 1e9 / perSecond);
                    return null;
                }));
            }
            for (Future<?> writer : running) {
                writer.get();
            }
        }
        written += rows;
        return rows / ((System.nanoTime() - begin) / 1e9);
    }

    /** As many as the owners can be dealt out to evenly. */
    private int writers() {
        int writers = Math.min(MAX_WRITERS, owners);
        while (owners % writers != 0) {
            writers--;
        }
        return writers;
    }

    private void write(int first, int step, long rows, double gapNanos) throws SQLException {
        try (Connection connection = app.owner();
                PreparedStatement insert = connection.prepareStatement(INSERT)) {
            long begin = System.nanoTime();
            for (long i = written; i < written + rows; i++) {
                if (i % step != first) {
                    continue;
                }
                long due = begin + (long) ((i - written) * gapNanos);
                while (System.nanoTime() < due) {
                    LockSupport.parkNanos(due - System.nanoTime());
                }
                insert.setLong(1, i / owners);
                insert.setLong(2, micros());
                insert.setString(3, "u" + i % owners);
                insert.setString(4, BODY);
                insert.executeUpdate();
            }
        }
    }

    private static long micros() {
        Instant now = Clock.systemUTC().instant();
        return now.getEpochSecond() * 1_000_000 + now.getNano() / 1000;
    }
}
