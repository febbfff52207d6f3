package dev.ghee.outbound;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Short limits, so that tests which meet them are quick. */
record TestConfig(List<String> trusted) implements OutboundConfig {
    @Override
    public Optional<List<String>> trustedHosts() {
        return Optional.of(trusted);
    }

    @Override
    public Optional<List<String>> refusedNetworks() {
        return Optional.of(List.of("8.8.4.0/24"));
    }

    @Override
    public Duration timeout() {
        return Duration.ofSeconds(2);
    }

    @Override
    public Duration connectTimeout() {
        return Duration.ofSeconds(1);
    }

    @Override
    public int maxResponseBytes() {
        return 1000;
    }

    @Override
    public int maxRedirects() {
        return 2;
    }

    @Override
    public int maxConcurrent() {
        return 4;
    }
}
