package dev.ghee.functions.authhook;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;

/** Functions that hear of sign-ins. */
@ConfigMapping(prefix = "ghee.functions.auth-hook")
interface AuthHookConfig {
    /** Events of all apps that this process has in work; the next one waits for a place. */
    @WithDefault("256")
    int atOnce();

    /** How long to wait before each further try; after the last one the event is given up. */
    @WithDefault("PT1S,PT5S,PT30S")
    List<Duration> retries();

    /** An event that could not be told for so long is given up. */
    @WithDefault("PT24H")
    Duration maxAge();
}
