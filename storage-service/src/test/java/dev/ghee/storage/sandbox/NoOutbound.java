package dev.ghee.storage.sandbox;

import dev.ghee.outbound.OutboundConfig;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Nobody is trusted. */
record NoOutbound() implements OutboundConfig {
    @Override
    public Optional<List<String>> trustedHosts() {
        return Optional.empty();
    }

    @Override
    public Optional<List<String>> refusedNetworks() {
        return Optional.empty();
    }

    @Override
    public Duration timeout() {
        return Duration.ofSeconds(5);
    }

    @Override
    public Duration connectTimeout() {
        return Duration.ofSeconds(5);
    }

    @Override
    public int maxResponseBytes() {
        return 1;
    }

    @Override
    public int maxRedirects() {
        return 0;
    }

    @Override
    public int maxConcurrent() {
        return 1;
    }
}
