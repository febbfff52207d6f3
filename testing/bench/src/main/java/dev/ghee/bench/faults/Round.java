package dev.ghee.bench.faults;

import java.time.Duration;
import java.util.Locale;

/**
 * What one kill did.
 *
 * @param written rows in this round
 * @param down from the kill until the component's new process answered
 * @param silence longest time that a client waited for a change while rows were written
 * @param caughtUp from the end of writing until every client had every row
 * @param lost rows that a client did not get, summed over clients; each resync counts as one as well
 * @param repeated rows that came twice or after a later one, summed over clients
 */
public record Round(
        int number,
        String victim,
        int written,
        Duration down,
        Duration silence,
        Duration caughtUp,
        int lost,
        int repeated,
        int resyncs,
        int reconnects) {

    public static String header() {
        return "round  killed               rows     down    silence  caught up  lost  repeated  resyncs  reconnects";
    }

    public String line() {
        return String.format(
                Locale.ROOT,
                "%5d  %-18s %6d  %5.1f s   %5.1f s    %5.1f s  %4d  %8d  %7d  %10d",
                number,
                victim,
                written,
                seconds(down),
                seconds(silence),
                seconds(caughtUp),
                lost,
                repeated,
                resyncs,
                reconnects);
    }

    /** Whether every client got every row once and in order. */
    public boolean held() {
        return lost == 0 && repeated == 0 && resyncs == 0;
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
