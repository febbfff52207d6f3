package dev.ghee.storage.hosting;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.Optional;

/** Static sites of apps. */
@ConfigMapping(prefix = "ghee.hosting")
public interface HostingConfig {
    /** Largest zip of a finished site; a larger one is refused with 413 when it is started. */
    @WithDefault("100M")
    MemorySize maxZipBytes();

    /** Largest site, uncompressed; the deployment of a larger one ends in {@code ERROR}. */
    @WithDefault("512M")
    MemorySize maxSiteBytes();

    /** Most files of a site; a deployment of more ends in {@code ERROR}. */
    @WithDefault("20000")
    @Min(1)
    int maxFiles();

    /** Most bytes that all deployments of an app hold together, each content counted once; more ends in {@code ERROR}. */
    @WithDefault("5G")
    MemorySize maxStoredBytes();

    /** Deployments of an app that are kept to go back to; the oldest are deleted when there are more. */
    @WithDefault("1000")
    @Min(2)
    int keptDeployments();

    /** Files of all kept deployments of an app together; beyond it the oldest deployments are deleted. */
    @WithDefault("2000000")
    int keptFiles();

    /** Deployments of an app that wait or are being worked on; one more is {@code QUOTA_DEPLOYMENT_LIMIT}. */
    @WithDefault("20")
    @Min(1)
    int maxUnfinished();

    /** Deployments that this process works on at once; others wait their turn. */
    @WithDefault("2")
    @Min(1)
    int atOnce();

    /** A deployment that nobody has started for this long is canceled. */
    @WithDefault("PT1H")
    Duration waiting();

    /** When a process that works on a deployment has been silent for this long, another one takes it over. */
    @WithDefault("PT60S")
    Duration lease();

    /** How often abandoned deployments are looked for. */
    @WithDefault("PT30S")
    Duration sweep();

    /** Contents that no deployment refers to are kept for this long: one that is being made may be about to. */
    @WithDefault("PT1H")
    Duration grace();

    /** For what is being unpacked, and for copies of contents; a folder of the system's temporary files by default. */
    Optional<String> directory();

    /** Contents kept in memory. */
    @WithDefault("64M")
    MemorySize memoryCache();

    /** Contents kept on disk. */
    @WithDefault("2G")
    MemorySize diskCache();

    /** What is known of an app's site is read again after this long, should Kafka be away. */
    @WithDefault("PT30S")
    Duration refresh();

    /**
     * Whether sites are served at {@code /sites/<app>/} too. For development only: there they share the API's origin,
     * and so its cookies.
     */
    @WithDefault("false")
    boolean byPath();
}
