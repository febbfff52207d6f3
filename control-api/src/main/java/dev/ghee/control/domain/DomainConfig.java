package dev.ghee.control.domain;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** Custom domains. */
@ConfigMapping(prefix = "ghee.domains")
public interface DomainConfig {
    /** Most names that one app may claim; more are {@code DOMAIN_LIMIT}. */
    @WithDefault("20")
    int maxPerApp();

    /** The name server that is asked, as {@code address:port}; by default the system's. */
    Optional<String> dnsServer();

    /** Longest time for one question to a name server. */
    @WithDefault("PT5S")
    Duration dnsTimeout();

    /** How often this process looks for names that are due to be checked. */
    @WithDefault("PT30S")
    Duration sweepEvery();

    /** How long a name may stay unproved before its checks end; asking for a check by hand goes on working. */
    @WithDefault("P7D")
    Duration pendingFor();

    /** How often a name that is held is checked again. */
    @WithDefault("P1D")
    Duration recheckEvery();

    /** How long the proof of a name that is held may be gone before the app loses it. */
    @WithDefault("P7D")
    Duration keptWhileFailing();
}
