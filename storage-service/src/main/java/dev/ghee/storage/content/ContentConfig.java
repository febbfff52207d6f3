package dev.ghee.storage.content;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;
import java.time.Duration;

/** Contents that are passed on. */
@ConfigMapping(prefix = "ghee.storage.content")
interface ContentConfig {
    /** Contents of one app that pass through one process at once; more are answered 503 {@code SERVICE_BUSY}. */
    @WithDefault("128")
    @Min(1)
    int perApp();

    /** Contents of all apps that pass through one process at once; more wait, and beyond twice as many are refused. */
    @WithDefault("1024")
    @Min(1)
    int atOnce();

    /** A reader that takes nothing for so long is cut off. */
    @WithDefault("PT120S")
    Duration patience();
}
