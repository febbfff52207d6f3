package dev.ghee.realtime.stream;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How apps' logs are read. */
@ConfigMapping(prefix = "ghee.realtime.stream")
public interface StreamConfig {
    /** Without subscribers for this long, an app's slot is dropped; the next subscriber makes it anew. */
    @WithDefault("PT2M")
    Duration idle();

    /** Most rows that are judged and sent together. */
    @WithDefault("200")
    int batchRows();

    /** Most bytes that are judged and sent together, as long as a single row is not larger. */
    @WithDefault("1048576")
    long batchBytes();

    /** Changes of one app that are read but not yet sent, in bytes; more wait in Postgres. */
    @WithDefault("16777216")
    int bufferBytes();

    /** Longest wait between two attempts to read a slot again. */
    @WithDefault("PT5S")
    Duration retryLimit();
}
