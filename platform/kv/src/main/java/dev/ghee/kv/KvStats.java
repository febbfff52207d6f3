package dev.ghee.kv;

/**
 * How much of its limits an app uses.
 *
 * @param opsPerSecond in the last full second
 */
public record KvStats(long keys, long bytes, long opsPerSecond, KvLimits limits) {}
