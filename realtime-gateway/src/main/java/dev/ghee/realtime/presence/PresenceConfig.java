package dev.ghee.realtime.presence;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Limits of presence. Each of them ends in an {@code error} frame; the socket stays. */
@ConfigMapping(prefix = "ghee.realtime.presence")
interface PresenceConfig {
    /** Largest metadata of one client, in bytes of its JSON. */
    @WithDefault("4096")
    int maxMetadataBytes();

    /** Clients that may be present in one app at the same time, over all replicas. */
    @WithDefault("1000")
    int perApp();

    /** How often a client may say that it is here or has changed, per second and on average. */
    @WithDefault("20")
    int changesPerSecond();

    /** How often it may say so at once before {@link #changesPerSecond} counts. */
    @WithDefault("60")
    int changeBurst();

    /** How long a client may wait until what it said is in force; after that it is told to try again. */
    @WithDefault("PT5S")
    Duration answerLimit();
}
