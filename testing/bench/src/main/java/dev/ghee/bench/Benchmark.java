package dev.ghee.bench;

import java.io.PrintStream;
import java.time.Duration;

/** One thing to measure. */
interface Benchmark {
    /** As in {@code ./ghee bench <name>}. */
    String name();

    /** Prints its figures as it goes; each measurement lasts about the given time. */
    void run(BenchStack stack, Duration length, PrintStream out) throws Exception;
}
