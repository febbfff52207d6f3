package dev.ghee.bench.realtime;

import java.util.List;
import java.util.Locale;

/**
 * What a crowd got since it was last asked to begin anew.
 *
 * @param received changes
 * @param skipped rows that later ones of the same socket overtook
 * @param repeated rows that came twice, or after a later one
 * @param problems what sockets were told that nobody expected: errors, warnings, a resync, a close
 * @param firstNanos when the first change came, as {@link System#nanoTime}
 * @param lastNanos when the last one came
 * @param sample a change's frame as text; empty when none was kept
 */
record Reception(
        long received,
        long skipped,
        long repeated,
        List<String> problems,
        Latencies latencies,
        long firstNanos,
        long lastNanos,
        String sample) {

    /** Whether exactly this many came, each once and in order, and nothing else. */
    boolean isExactly(long expected) {
        return received == expected && skipped == 0 && repeated == 0 && problems.isEmpty();
    }

    double spreadSeconds() {
        return Math.max(1, lastNanos - firstNanos) / 1e9;
    }

    String faults(long expected) {
        return String.format(
                Locale.ROOT,
                "%d of %d delivered, %d overtaken, %d twice or late, problems %s",
                received,
                expected,
                skipped,
                repeated,
                problems.size() > 3 ? problems.subList(0, 3) + " and " + (problems.size() - 3) + " more" : problems);
    }
}
