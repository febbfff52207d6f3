package dev.ghee.functions.queue;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Queues of apps. */
@ConfigMapping(prefix = "ghee.queues")
public interface QueueConfig {
    /** Most messages of one queue, dead ones included; more answer 429 {@code QUEUE_FULL}. Checked now and then. */
    @WithDefault("100000")
    int maxMessages();

    /** Longest message in bytes of JSON; longer ones answer 413. */
    @WithDefault("262144")
    int maxMessageBytes();

    /** Messages that one process gives to functions at once. */
    @WithDefault("64")
    int atOnce();

    /** Pause before the second attempt; each further one takes twice as long, a fifth more or less. */
    @WithDefault("PT2S")
    Duration firstRetry();

    /** Longest pause between attempts. */
    @WithDefault("PT15M")
    Duration longestRetry();

    /** How often a queue is looked at that nothing was heard of. */
    @WithDefault("PT5M")
    Duration lookAfter();
}
