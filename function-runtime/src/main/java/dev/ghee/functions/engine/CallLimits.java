package dev.ghee.functions.engine;

import java.time.Duration;

/**
 * What one call may use.
 *
 * @param wallTime from its start to the last byte of its answer
 * @param cpuTime of its process while it runs; a call that computes for longer takes its process down with it
 * @param memoryMegabytes asked for by the function; the process's limit is the largest of the app's functions
 */
public record CallLimits(Duration wallTime, Duration cpuTime, int memoryMegabytes) {
    public CallLimits {
        if (!wallTime.isPositive() || !cpuTime.isPositive() || memoryMegabytes < 1) {
            throw new IllegalArgumentException("Limits have to be positive");
        }
    }
}
