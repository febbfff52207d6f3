package dev.ghee.storage.build;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;
import java.nio.file.Path;
import java.util.Optional;

/** Builds from source. What a build may use while it runs is {@code ghee.sandbox}. */
@ConfigMapping(prefix = "ghee.build")
public interface BuildConfig {
    /** Largest zip of a source; a larger one is refused with 413 when its build is started. */
    @WithDefault("50M")
    MemorySize maxSourceBytes();

    /** Largest source, uncompressed; the build of a larger one fails. */
    @WithDefault("500M")
    MemorySize maxUnpackedBytes();

    /** Most files of a source; the build of more fails. */
    @WithDefault("20000")
    @Min(1)
    int maxFiles();

    /** Output that is kept of a build; what it prints beyond is dropped. */
    @WithDefault("4M")
    MemorySize maxLogBytes();

    /** Builds of an app, the newest, whose output is kept. */
    @WithDefault("20")
    @Min(1)
    int keptLogs();

    /** Readers who follow builds of an app in this process at once; one more is {@code QUOTA_RATE_LIMIT}. */
    @WithDefault("20")
    @Min(1)
    int readersPerApp();

    /** Builds that run or wait in this process; one more is {@code SERVICE_BUSY}. */
    @WithDefault("50")
    @Min(1)
    int maxPending();

    /** Installed dependencies of all apps that this machine keeps for their next builds; 0 keeps none. */
    @WithDefault("5G")
    MemorySize cacheBytes();

    /** Where they are kept; {@code ghee-build-cache} in the folder for temporary files by default. */
    Optional<Path> cacheDirectory();
}
