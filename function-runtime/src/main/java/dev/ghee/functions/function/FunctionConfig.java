package dev.ghee.functions.function;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** What an app may deploy. */
@ConfigMapping(prefix = "ghee.functions.deployments")
public interface FunctionConfig {
    /** Most functions of one app; deploying another answers 429. */
    @WithDefault("200")
    int maxPerApp();

    /** Versions of a function that are kept to roll back to; older ones go when a new one is deployed. */
    @WithDefault("20")
    int keptVersions();

    /** Processor time that one call may use; one that uses more is ended together with its process. */
    @WithDefault("PT10S")
    Duration cpuTime();

    /** What this replica knows of an app's functions is read again after this long, should Kafka be away. */
    @WithDefault("PT30S")
    Duration refresh();
}
