package dev.ghee.bench;

import dev.ghee.local.ReplicaCounts;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;

/** One thing to measure. */
public interface Benchmark {
    /** As in {@code ./ghee bench <name>}. */
    String name();

    /** Names of what can be measured alone; empty when it is all or nothing. */
    default List<String> parts() {
        return List.of();
    }

    /** Whether it breaks what it runs on, and so runs only when it is asked for by name. */
    default boolean disruptive() {
        return false;
    }

    /** What a stack of our own has to have. */
    default ReplicaCounts replicas() {
        return ReplicaCounts.ONE_EACH;
    }

    /**
     * How to measure.
     *
     * @param length of each measurement, about
     * @param parts those wanted; empty for all
     * @param scale of sizes and counts: 1 for the real thing, less to try a bench out
     */
    record Options(Duration length, List<String> parts, double scale) {
        /** So many, scaled, but never none. */
        public int scaled(int count) {
            return Math.max(1, (int) Math.round(count * scale));
        }
    }

    /** Prints its figures as it goes. False when something that must hold did not. */
    boolean run(BenchStack stack, Options options, PrintStream out) throws Exception;
}
