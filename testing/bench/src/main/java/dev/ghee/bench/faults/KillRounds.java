package dev.ghee.bench.faults;

import dev.ghee.testkit.Endpoints;
import dev.ghee.testkit.OsProcess;
import java.net.URI;
import java.net.http.HttpClient;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Round after round a process is killed while rows are written and clients follow them, resuming where they were. At
 * the end of a round writing pauses until every client has every row of the table.
 */
public final class KillRounds implements AutoCloseable {
    private static final int WRITERS = 5;
    private static final Duration BEFORE_KILL = Duration.ofSeconds(1);
    private static final Duration RESTART_LIMIT = Duration.ofSeconds(90);
    private static final Duration CATCH_UP_LIMIT = Duration.ofSeconds(60);
    private static final long LOOK_MILLIS = 20;

    private final Supplier<Endpoints> endpoints;
    private final Writers writers;
    private final List<Follower> followers = new ArrayList<>();
    private Follower.Account before = new Follower.Account(0, 0, 0, 0, "");
    private int missingBefore;
    private int writtenBefore;

    /**
     * Starts clients and waits until all are served; then the first rows are written.
     *
     * @param endpoints of the stack, as they are when asked
     * @param rows connections to the app's database, where {@link #table()} exists and is live
     * @param sockets where each client connects, with its token
     */
    public KillRounds(Supplier<Endpoints> endpoints, RowSource rows, List<URI> sockets, int changesPerSecond)
            throws InterruptedException {
        this.endpoints = endpoints;
        HttpClient http = HttpClient.newHttpClient();
        sockets.forEach(uri -> followers.add(new Follower(http, uri, WRITERS)));
        this.writers = new Writers(rows, WRITERS, changesPerSecond);
        if (await(RESTART_LIMIT, () -> followers.stream().allMatch(Follower::listens)) == null) {
            throw new IllegalStateException(
                    "clients cannot subscribe: " + account().trouble());
        }
        // A client that has no cursor yet could not resume.
        writers.resume();
        if (await(RESTART_LIMIT, () -> followers.stream().allMatch(Follower::hasCursor)) == null) {
            throw new IllegalStateException("changes do not arrive");
        }
    }

    /** What makes the table whose rows are followed. */
    public static String table() {
        return Writers.TABLE;
    }

    /**
     * One kill.
     *
     * @param number from 0; decides who is killed
     * @param length how long rows are written, at least until the component is back
     */
    public Round round(int number, Duration length) throws SQLException, InterruptedException {
        long begin = System.nanoTime();
        followers.forEach(Follower::expectChanges);
        followers.forEach(Follower::longestSilence);
        writers.resume();
        Thread.sleep(BEFORE_KILL);
        Victim victim = Victim.of(number, endpoints);
        OsProcess killed = victim.kill();
        Duration down = await(RESTART_LIMIT, () -> victim.replaced(killed));
        if (down == null) {
            throw new IllegalStateException(victim.component() + " did not come back");
        }
        long left = length.toNanos() - (System.nanoTime() - begin);
        Thread.sleep(Duration.ofNanos(Math.max(0, left)));
        writers.pause();
        return report(number, victim, down);
    }

    private Round report(int number, Victim victim, Duration down) throws SQLException, InterruptedException {
        // The last statements may still be under way.
        Thread.sleep(500);
        int[] table = writers.table();
        int rows = Arrays.stream(table).sum();
        Duration caughtUp = await(CATCH_UP_LIMIT, () -> followers.stream().allMatch(follower -> follower.has(table)));
        // Only now is the silence over in which the last rows were waited for.
        Duration silence = followers.stream()
                .map(Follower::longestSilence)
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
        int missing =
                followers.stream().mapToInt(follower -> follower.missing(table)).sum();
        Follower.Account now = account();
        int resyncs = now.resyncs() - before.resyncs();
        var round = new Round(
                number + 1,
                victim.component(),
                rows - writtenBefore,
                down,
                silence,
                caughtUp == null ? CATCH_UP_LIMIT : caughtUp,
                now.lost() - before.lost() + missing - missingBefore + resyncs,
                now.repeated() - before.repeated(),
                resyncs,
                now.reconnects() - before.reconnects());
        before = now;
        missingBefore = missing;
        writtenBefore = rows;
        return round;
    }

    /** Over all clients. */
    private Follower.Account account() {
        return followers.stream()
                .map(Follower::account)
                .reduce(
                        new Follower.Account(0, 0, 0, 0, ""),
                        (one, two) -> new Follower.Account(
                                one.lost() + two.lost(),
                                one.repeated() + two.repeated(),
                                one.resyncs() + two.resyncs(),
                                one.reconnects() + two.reconnects(),
                                two.trouble().isEmpty() ? one.trouble() : two.trouble()));
    }

    /** How long it took, or null when it took too long. */
    private static @Nullable Duration await(Duration limit, BooleanSupplier condition) throws InterruptedException {
        long begin = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - begin > limit.toNanos()) {
                return null;
            }
            Thread.sleep(LOOK_MILLIS);
        }
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    @Override
    public void close() throws InterruptedException {
        followers.forEach(Follower::close);
        writers.close();
    }
}
