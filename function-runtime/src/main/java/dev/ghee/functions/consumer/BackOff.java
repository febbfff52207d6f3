package dev.ghee.functions.consumer;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Pauses between attempts: each twice the one before, a fifth more or less, so that what failed together parts. */
record BackOff(Duration first, Duration longest) {
    private static final int MAX_DOUBLINGS = 30;
    private static final double SPREAD = 0.2;

    /** @param attempts that have failed, from 1 */
    Duration after(int attempts, RandomGenerator random) {
        double millis = Math.min(
                (double) longest.toMillis(), first.toMillis() * Math.pow(2, Math.min(MAX_DOUBLINGS, attempts - 1)));
        return Duration.ofMillis(Math.round(millis * (1 - SPREAD + 2 * SPREAD * random.nextDouble())));
    }
}
