package dev.ghee.bench.realtime;

import dev.ghee.bench.ProcessUsage;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntBinaryOperator;

/**
 * From INSERT to socket through the edge: distinct users under three policies, at rising rates of one-row transactions.
 * The time begins before the INSERT is sent, so it includes the commit. Rates rise until not everything arrives in
 * time.
 */
final class PolicyLadder implements Scenario {
    private static final List<Integer> AUDIENCES = List.of(10, 100, 1000);
    private static final int ROOM_SIZE = 20;
    private static final int WARM_UP_ROWS = 20;
    private static final double KEEPS_UP = 0.95;

    /**
     * A policy and what it means.
     *
     * @param readers how many users see a row, of so many in so many rooms
     */
    private record Policy(String name, String condition, IntBinaryOperator readers, List<Integer> rates) {}

    private static final List<Policy> POLICIES = List.of(
            new Policy("permissive", "true", (users, _) -> users, List.of(20, 40, 80, 200, 500)),
            new Policy("owner", OwnerRate.OWNER, (_, _) -> 1, List.of(50, 150, 300, 600, 1200)),
            new Policy(
                    "membership",
                    "room IN (SELECT m.room FROM members m WHERE m.user_id = current_user_id())",
                    (users, rooms) -> users / rooms,
                    List.of(20, 50, 100, 200, 400)));

    @Override
    public String name() {
        return "users";
    }

    @Override
    public void run(Run run) throws Exception {
        for (int users : AUDIENCES) {
            for (Policy policy : POLICIES) {
                measure(run, policy, run.options().scaled(users));
            }
        }
    }

    private static void measure(Run run, Policy policy, int wanted) throws Exception {
        int rooms = Math.max(1, wanted / ROOM_SIZE);
        int users = wanted - wanted % rooms;
        try (RealtimeApp app = RealtimeApp.create(run.stack())) {
            app.execute(
                    "CREATE TABLE members (room int, user_id text, PRIMARY KEY (user_id, room))",
                    "INSERT INTO members SELECT i % " + rooms + ", 'u' || i FROM generate_series(0, " + (users - 1)
                            + ") i",
                    "ANALYZE members",
                    "CREATE TABLE t (n int PRIMARY KEY, sent bigint, owner_id text, room int, body text)",
                    "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
                    "CREATE POLICY p ON t FOR SELECT TO butterbase_user USING (" + policy.condition() + ")");
            app.live("t");
            try (var crowd = new Crowd(Run.address(run.stack().edgeUrl()), Crowd.Check.RISING);
                    Connection writer = app.owner();
                    PreparedStatement insert = writer.prepareStatement("INSERT INTO t VALUES (?, ?, ?, ?, ?)")) {
                crowd.seat(Stage.seats(app, users));
                int next = write(insert, 0, WARM_UP_ROWS, Duration.ofSeconds(1), users, rooms);
                crowd.await((long) WARM_UP_ROWS * policy.readers().applyAsInt(users, rooms), Run.QUIET_SECONDS);
                for (int rate : policy.rates()) {
                    crowd.reset();
                    ProcessUsage usage = run.usage();
                    int first = next;
                    Duration length = run.options().length();
                    next = write(insert, next, rate, length, users, rooms);
                    long expected = (long) (next - first) * policy.readers().applyAsInt(users, rooms);
                    boolean inTime = next - first >= KEEPS_UP * rate * length.toSeconds();
                    if (!report(run, crowd, policy.name(), rate, expected, usage) || !inTime) {
                        break;
                    }
                }
            }
        }
    }

    /** Whether everything came while or soon after it was written. */
    private static boolean report(Run run, Crowd crowd, String policy, int rate, long expected, ProcessUsage usage)
            throws InterruptedException {
        long written = System.nanoTime();
        crowd.await(expected, Run.QUIET_SECONDS);
        double late = (System.nanoTime() - written) / 1e9;
        Reception reception = crowd.reception();
        run.check(policy, reception, expected);
        double seconds = run.options().length().toSeconds();
        run.say(
                "%-10s %4d sockets %4d changes/s  %.0f frames/s  %s",
                policy, crowd.size(), rate, reception.received() / seconds, reception.latencies());
        run.say("  %s", usage.report());
        return late < seconds / 10;
    }

    /** Writes at a fixed rate, as far as Postgres keeps up; returns the next number. */
    private static int write(PreparedStatement insert, int first, int rate, Duration length, int users, int rooms)
            throws SQLException {
        long begin = System.nanoTime();
        long gap = Duration.ofSeconds(1).toNanos() / rate;
        int count = (int) (rate * length.toSeconds());
        int n = first;
        for (int i = 0; i < count && System.nanoTime() - begin < length.toNanos(); i++) {
            long due = begin + i * gap;
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            Instant now = Clock.systemUTC().instant();
            insert.setInt(1, n);
            insert.setLong(2, now.getEpochSecond() * 1_000_000 + now.getNano() / 1000);
            insert.setString(3, "u" + n % users);
            insert.setInt(4, n % rooms);
            insert.setString(5, "Hello, this is message number " + n + " of the day.");
            insert.executeUpdate();
            n++;
        }
        return n;
    }
}
