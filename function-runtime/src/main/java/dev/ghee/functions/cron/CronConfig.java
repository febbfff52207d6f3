package dev.ghee.functions.cron;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Schedules of functions. */
@ConfigMapping(prefix = "ghee.functions.cron")
public interface CronConfig {
    /**
     * A tick that nobody was there for is made up for when it is no older than this; of several only the newest. Zero for
     * never.
     */
    @WithDefault("PT5M")
    Duration catchUp();
}
