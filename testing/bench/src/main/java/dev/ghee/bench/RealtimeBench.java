package dev.ghee.bench;

import java.io.PrintStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntUnaryOperator;

/**
 * From INSERT to socket: sockets of distinct users under three policies, at rising rates of one-row transactions. The
 * time begins before the INSERT is sent, so it includes the commit. Rates rise until not everything arrives in time.
 */
final class RealtimeBench implements Benchmark {
    private static final List<Integer> AUDIENCES = List.of(10, 100, 1000);
    private static final int ROOM_SIZE = 20;
    /** What is still under way when writing ends may take this long to arrive. */
    private static final Duration GRACE = Duration.ofSeconds(3);

    private static final int REFERENCE_ROWS = 20_000;

    /**
     * A policy and what it means.
     *
     * @param readers how many of so many users see a row
     */
    private record Policy(String name, String condition, IntUnaryOperator readers, List<Integer> rates) {}

    private static final List<Policy> POLICIES = List.of(
            new Policy("permissive", "true", users -> users, List.of(20, 40, 80, 200, 500)),
            new Policy("owner", "owner_id = current_user_id()", _ -> 1, List.of(50, 150, 300, 600, 1200)),
            new Policy(
                    "membership",
                    "room IN (SELECT m.room FROM members m WHERE m.user_id = current_user_id())",
                    users -> Math.min(users, ROOM_SIZE),
                    List.of(20, 50, 100, 200, 400)));

    @Override
    public String name() {
        return "realtime";
    }

    @Override
    public void run(BenchStack stack, Duration length, PrintStream out) throws Exception {
        out.printf(
                Locale.ROOT,
                "reference  pg_recvlogical pgoutput: %.0f one-row transactions/s to /dev/null%n",
                LogicalReference.measure(stack, REFERENCE_ROWS));
        for (int users : AUDIENCES) {
            for (Policy policy : POLICIES) {
                measure(stack, policy, users, length, out);
            }
        }
        out.println(ProcessUsage.start(stack.endpoints()).memory());
    }

    private static void measure(BenchStack stack, Policy policy, int users, Duration length, PrintStream out)
            throws Exception {
        try (RealtimeApp app = RealtimeApp.create(stack)) {
            int rooms = Math.max(1, users / ROOM_SIZE);
            app.execute(
                    "CREATE TABLE members (room int, user_id text, PRIMARY KEY (user_id, room))",
                    "INSERT INTO members SELECT i % " + rooms + ", 'u' || i FROM generate_series(0, " + (users - 1)
                            + ") i",
                    "ANALYZE members",
                    "CREATE TABLE t (id int PRIMARY KEY, owner_id text, room int, sent bigint, body text)",
                    "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
                    "CREATE POLICY p ON t FOR SELECT TO butterbase_user USING (" + policy.condition() + ")");
            app.live("t");
            try (Audience audience = Audience.of(stack.edgeUrl(), app, users, "t");
                    Connection writer = app.owner();
                    PreparedStatement insert = writer.prepareStatement("INSERT INTO t VALUES (?, ?, ?, ?, ?)")) {
                int next = write(insert, 0, 20, Duration.ofSeconds(1), users, rooms);
                boolean keepsUp = true;
                for (int rate : policy.rates()) {
                    if (!keepsUp) {
                        break;
                    }
                    settle();
                    audience.reset();
                    ProcessUsage usage = ProcessUsage.start(stack.endpoints());
                    int first = next;
                    next = write(insert, next, rate, length, users, rooms);
                    keepsUp = report(audience, policy, users, rate, next - first, length, usage, out);
                }
            }
        }
    }

    private static boolean report(
            Audience audience,
            Policy policy,
            int users,
            int rate,
            int written,
            Duration length,
            ProcessUsage usage,
            PrintStream out) {
        long expected = (long) written * policy.readers().applyAsInt(users);
        long deadline = System.nanoTime() + GRACE.toNanos();
        while (audience.received() < expected && System.nanoTime() < deadline) {
            LockSupport.parkNanos(1_000_000);
        }
        double delivered = 100.0 * audience.received() / expected;
        Audience.Times times = audience.times();
        out.printf(
                Locale.ROOT,
                "%-10s %4d sockets %4d changes/s (written %.0f/s)  delivered %6.2f %%  %.0f frames/s  p50 %.1f ms"
                        + "  p99 %.1f ms  max %.0f ms  twice or disordered %d  closed %d%n",
                policy.name(),
                users,
                rate,
                written / (double) length.toSeconds(),
                delivered,
                audience.received() / (double) length.toSeconds(),
                times.p50() / 1000.0,
                times.p99() / 1000.0,
                times.max() / 1000.0,
                audience.disordered(),
                audience.closed());
        out.println("           " + usage.report());
        return delivered > 99.99 && written >= 0.95 * rate * length.toSeconds();
    }

    /** Writes at a fixed rate, as far as Postgres keeps up; returns the next id. */
    private static int write(PreparedStatement insert, int first, int rate, Duration length, int users, int rooms)
            throws SQLException {
        long begin = System.nanoTime();
        long gap = Duration.ofSeconds(1).toNanos() / rate;
        int count = (int) (rate * length.toSeconds());
        int id = first;
        for (int i = 0; i < count && System.nanoTime() - begin < length.toNanos(); i++) {
            long due = begin + i * gap;
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            insert.setInt(1, id);
            insert.setString(2, "u" + id % users);
            insert.setInt(3, id % rooms);
            insert.setLong(4, System.nanoTime());
            insert.setString(5, "Hello, this is message number " + id + " of the day.");
            insert.executeUpdate();
            id++;
        }
        return id;
    }

    private static void settle() {
        LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
    }
}
