package dev.ghee.outbound;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Calls to addresses that customers choose. */
@ConfigMapping(prefix = "ghee.outbound")
public interface OutboundConfig {
    /**
     * Hosts that may be called whatever their address is, and without TLS: {@code name} or {@code name:port}, exactly
     * as URLs spell them. For development, tests, and services of the operator's own network. Every customer can reach
     * them. None by default.
     */
    Optional<List<String>> trustedHosts();

    /** Networks in CIDR notation that are refused although they look public, such as a cluster's own. */
    Optional<List<String>> refusedNetworks();

    /** Longest time for a whole exchange, from looking up the name to the last byte, redirects included. */
    @WithDefault("PT10S")
    Duration timeout();

    /** Longest time for connecting, TLS included. */
    @WithDefault("PT4S")
    Duration connectTimeout();

    /** Longest answer in bytes; more fails. */
    @WithDefault("1048576")
    int maxResponseBytes();

    /** Redirects that are followed, each checked like the first address; only for GET. */
    @WithDefault("3")
    int maxRedirects();

    /** Exchanges at once in this process; more wait. */
    @WithDefault("256")
    int maxConcurrent();
}
