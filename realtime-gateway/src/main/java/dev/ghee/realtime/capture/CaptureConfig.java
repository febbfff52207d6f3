package dev.ghee.realtime.capture;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How apps' slots are read. */
@ConfigMapping(prefix = "ghee.realtime.capture")
public interface CaptureConfig {
    /** Most rows of one record of the log; a transaction with more is split. */
    @WithDefault("200")
    int partRows();

    /** Most bytes of one record of the log, as long as a single row is not larger. */
    @WithDefault("1048576")
    long partBytes();

    /** Changes of one app that are read but not yet on the log, in bytes; more wait in Postgres. */
    @WithDefault("16777216")
    int bufferBytes();

    /** Longest wait between two attempts to read a slot again. */
    @WithDefault("PT5S")
    Duration retryLimit();
}
