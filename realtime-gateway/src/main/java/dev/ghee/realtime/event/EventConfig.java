package dev.ghee.realtime.event;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Events that clients send to functions. */
@ConfigMapping(prefix = "ghee.realtime.event")
interface EventConfig {
    /** How long a client waits for the function's answer. Clients of the SDK give up after 30 s. */
    @WithDefault("PT29S")
    Duration patience();

    /** Events of all clients of this process that wait for an answer; one more fails at once. */
    @WithDefault("10000")
    int maxWaiting();
}
