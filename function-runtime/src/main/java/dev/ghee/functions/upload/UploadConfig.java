package dev.ghee.functions.upload;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;

/** Functions that are called for stored objects. */
@ConfigMapping(prefix = "ghee.functions.upload")
interface UploadConfig {
    /** Events of all apps that this process has in work; the next one waits for a place. */
    @WithDefault("256")
    int atOnce();

    /** How long to wait before each further try; after the last one the call is given up. */
    @WithDefault("PT1S,PT5S,PT30S")
    List<Duration> retries();

    /** An object of so long ago is told to no function any more. */
    @WithDefault("PT24H")
    Duration maxAge();
}
