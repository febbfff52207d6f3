package dev.ghee.control.provisioning;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How databases of apps are made. */
@ConfigMapping(prefix = "ghee.provisioning")
interface ProvisioningConfig {
    /** Databases made or dropped at once; others wait. */
    @WithDefault("2")
    int parallelism();

    /** After this many failures in a row an app is {@code failed}; {@code POST /init} tries it again. */
    @WithDefault("4")
    int attempts();

    /** Pause after the first failure, doubled after each further one. */
    @WithDefault("PT0.5S")
    Duration backOff();

    /** Longest pause between two attempts to drop a database; dropping is never given up. */
    @WithDefault("PT30S")
    Duration maxBackOff();
}
