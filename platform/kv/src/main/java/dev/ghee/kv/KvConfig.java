package dev.ghee.kv;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Limits of each app's key-value store. */
@ConfigMapping(prefix = "ghee.kv")
public interface KvConfig {
    /** Operations of one app in one second of Valkey's clock, of all processes together; more answer 429. */
    @WithDefault("1000")
    int maxOpsPerSecond();

    /** Most keys of one app; one more answers 507 {@code kv_keys_exhausted}. */
    @WithDefault("1000000")
    long maxKeys();

    /** Most bytes of one app's keys and values; beyond it 507 {@code kv_storage_full}. */
    @WithDefault("1073741824")
    long maxStorageBytes();

    /** Longest value in bytes of JSON, and most bytes of one hash or set; beyond it 413. */
    @WithDefault("262144")
    int maxValueBytes();

    /** Lifetime of a key that is set without one. */
    @WithDefault("P30D")
    Duration defaultTtl();

    /** Longest wait for Valkey; then 503. */
    @WithDefault("PT2S")
    Duration timeout();
}
