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
}
