package dev.ghee.realtime.log;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The change log on Kafka. */
@ConfigMapping(prefix = "ghee.realtime.log")
interface LogConfig {
    /** Partitions of {@code ghee.changes} when this gateway creates it; the changes of one app share a partition. */
    @WithDefault("4")
    int partitions();

    /** How long changes stay on the log when this gateway creates it. */
    @WithDefault("PT24H")
    Duration retention();

    /** Largest record; a change with larger rows is logged without them, and counted. */
    @WithDefault("16777216")
    int maxRecordBytes();
}
