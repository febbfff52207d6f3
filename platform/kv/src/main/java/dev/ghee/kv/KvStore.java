package dev.ghee.kv;

import dev.ghee.contracts.AppId;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/** The key-value stores of all apps. */
@ApplicationScoped
public class KvStore {
    private final StoreScript script;
    private final KvLimits limits;
    private final Duration defaultTtl;

    KvStore(StoreScript script, KvConfig config) {
        this.script = script;
        this.limits = new KvLimits(
                config.maxOpsPerSecond(), config.maxKeys(), config.maxStorageBytes(), config.maxValueBytes());
        this.defaultTtl = config.defaultTtl();
    }

    /** The app's store, under its limits, for somebody who may do everything with it. */
    public KvSpace of(AppId app) {
        return new KvSpace(script, app, limits, defaultTtl, "");
    }

    /** The same under other limits. */
    KvSpace of(AppId app, KvLimits other) {
        return new KvSpace(script, app, other, defaultTtl, "");
    }

    /** Lifetime of keys that are set without one. */
    public Duration defaultTtl() {
        return defaultTtl;
    }
}
