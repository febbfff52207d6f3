package dev.ghee.bench.realtime;

import java.util.Locale;

/** How long things took, in microseconds, to within 3 %. For one thread. */
final class Latencies {
    /** Values below this have a bucket each; above, each doubling has half as many. */
    private static final int EXACT = 64;

    private static final int EXACT_BITS = 6;
    private static final int HALF = EXACT / 2;
    private static final int DOUBLINGS = 40;

    private final long[] counts = new long[EXACT + DOUBLINGS * HALF];
    private long total;
    private long max;

    void record(long micros) {
        long value = Math.max(0, micros);
        counts[Math.min(counts.length - 1, bucket(value))]++;
        total++;
        max = Math.max(max, value);
    }

    void add(Latencies other) {
        for (int i = 0; i < counts.length; i++) {
            counts[i] += other.counts[i];
        }
        total += other.total;
        max = Math.max(max, other.max);
    }

    /** Milliseconds within which so many percent were done; 0 when there were none. */
    double percentile(double percent) {
        long wanted = (long) Math.ceil(total * percent / 100);
        long seen = 0;
        for (int i = 0; i < counts.length; i++) {
            seen += counts[i];
            if (seen >= wanted && seen > 0) {
                return value(i) / 1000.0;
            }
        }
        return 0;
    }

    private static int bucket(long value) {
        if (value < EXACT) {
            return (int) value;
        }
        int doubling = Long.SIZE - 1 - Long.numberOfLeadingZeros(value) - EXACT_BITS;
        int within = (int) (value >>> (doubling + 1)) - HALF;
        return EXACT + doubling * HALF + within;
    }

    private static long value(int bucket) {
        if (bucket < EXACT) {
            return bucket;
        }
        int doubling = (bucket - EXACT) / HALF;
        long within = (bucket - EXACT) % HALF;
        return within + HALF << doubling + 1;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "p50 %.1f ms  p95 %.1f ms  p99 %.1f ms  max %.0f ms",
                percentile(50),
                percentile(95),
                percentile(99),
                max / 1000.0);
    }
}
