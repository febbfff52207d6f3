package dev.ghee.storage.object;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;
import java.time.Duration;

/** Apps' objects. */
@ConfigMapping(prefix = "ghee.storage")
public interface StorageConfig {
    /** Of all objects of an app that has no limit of its own, in bytes. */
    @WithDefault("1073741824")
    @Min(1)
    long defaultLimitBytes();

    /** No app may have more, whatever its own settings say; in bytes. */
    @WithDefault("9223372036854775807")
    @Min(1)
    long mostLimitBytes();

    /** An upload has to begin within this time. */
    @WithDefault("PT300S")
    Duration uploadUrlLifetime();

    @WithDefault("PT3600S")
    Duration downloadUrlLifetime();

    /** How often an app whose objects have changed is looked after until there is nothing left to do. */
    @WithDefault("PT60S")
    Duration sweepInterval();

    /** How often an app is looked after in which nothing happens. */
    @WithDefault("PT6H")
    Duration idleSweepInterval();

    /** How often an app's bytes in the object store are compared with what is known of them. */
    @WithDefault("P1D")
    Duration orphanInterval();

    /** Bytes that nothing is known of are deleted when they are older; what is being uploaded is younger. */
    @WithDefault("PT24H")
    Duration orphanAge();
}
