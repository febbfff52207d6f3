package dev.ghee.functions.function;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How much of the log of calls is kept, and how much of it waits in memory. */
@ConfigMapping(prefix = "ghee.functions.log")
public interface LogConfig {
    /** How long calls stay in the log. */
    @WithDefault("P7D")
    Duration retention();

    /** Calls wait for this long, so that many are written at once. */
    @WithDefault("PT0.5S")
    Duration flushInterval();

    /**
     * Calls of one app that have rows of their own, in each flush; of others only the counters know. Calls that failed
     * have as many rows for themselves.
     */
    @WithDefault("100")
    int rowsPerFlush();

    /** Most characters of calls that wait to be written, all apps together; what comes on top is only counted. */
    @WithDefault("33554432")
    long maxWaitingCharacters();

    /** Open log streams of one app on this replica; another answers 429. */
    @WithDefault("10")
    int streamsPerApp();
}
