package dev.ghee.bench.realtime;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** What the sockets of one event loop got. All but {@link #received} belongs to that loop. */
final class Tally {
    private static final int MAX_PROBLEMS = 20;

    final AtomicLong received = new AtomicLong();
    long skipped;
    long repeated;
    long firstNanos;
    long lastNanos;
    String sample = "";
    Latencies latencies = new Latencies();
    private final List<String> problems = new ArrayList<>();

    void problem(String what) {
        if (problems.size() < MAX_PROBLEMS) {
            problems.add(what);
        }
    }

    void arrived(long nanos, long changes) {
        if (firstNanos == 0) {
            firstNanos = nanos;
        }
        lastNanos = nanos;
        received.lazySet(received.get() + changes);
    }

    void reset() {
        received.set(0);
        skipped = 0;
        repeated = 0;
        firstNanos = 0;
        lastNanos = 0;
        latencies = new Latencies();
    }

    Reception reception() {
        return new Reception(
                received.get(), skipped, repeated, List.copyOf(problems), latencies, firstNanos, lastNanos, sample);
    }
}
