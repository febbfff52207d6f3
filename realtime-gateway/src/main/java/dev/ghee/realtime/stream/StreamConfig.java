package dev.ghee.realtime.stream;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** When apps' logs are followed. */
@ConfigMapping(prefix = "ghee.realtime.stream")
interface StreamConfig {
    /** Without subscribers for this long, an app's slot is dropped; the next subscriber makes it anew. */
    @WithDefault("PT2M")
    Duration idle();

    /** How often the slots of all apps are looked at: for the metrics, and for those that nobody reads any more. */
    @WithDefault("PT15S")
    Duration slotLook();
}
