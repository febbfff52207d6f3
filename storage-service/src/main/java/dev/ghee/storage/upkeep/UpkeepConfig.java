package dev.ghee.storage.upkeep;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Work that was left. */
@ConfigMapping(prefix = "ghee.storage.upkeep")
interface UpkeepConfig {
    /** How often this process looks after apps in which something was begun. */
    @WithDefault("PT30S")
    Duration interval();
}
