package dev.ghee.kv;

/**
 * What one app may store and do.
 *
 * @param opsPerSecond 0 means any number
 * @param valueBytes of one value, hash or set
 */
public record KvLimits(int opsPerSecond, long keys, long storageBytes, int valueBytes) {
    KvLimits withoutRate() {
        return new KvLimits(0, keys, storageBytes, valueBytes);
    }
}
