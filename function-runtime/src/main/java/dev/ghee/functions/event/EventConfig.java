package dev.ghee.functions.event;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Events that clients send to functions. */
@ConfigMapping(prefix = "ghee.functions.event")
interface EventConfig {
    /** Events of all apps that this process has in work; the next one waits for a place. */
    @WithDefault("256")
    int atOnce();

    /** Longest answer of a function that is passed on; a longer one counts as failed. At most what a record may have. */
    @WithDefault("524288")
    int maxAnswerBytes();
}
