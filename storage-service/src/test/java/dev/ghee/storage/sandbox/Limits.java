package dev.ghee.storage.sandbox;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Settings of a sandbox, small enough for tests to reach. */
record Limits(Path parent, Duration time, long memoryBytes, long diskBytes) implements SandboxConfig {
    static Limits in(Path parent) {
        return new Limits(parent, Duration.ofSeconds(30), 512L << 20, 256L << 20);
    }

    Limits within(Duration longest) {
        return new Limits(parent, longest, memoryBytes, diskBytes);
    }

    Limits withMemory(long bytes) {
        return new Limits(parent, time, bytes, diskBytes);
    }

    Limits withDisk(long bytes) {
        return new Limits(parent, time, memoryBytes, bytes);
    }

    @Override
    public Optional<Path> directory() {
        return Optional.of(parent);
    }

    @Override
    public int maxConcurrent() {
        return 2;
    }

    @Override
    public long fileBytes() {
        return 128L << 20;
    }

    @Override
    public int processes() {
        return 128;
    }

    @Override
    public int firstUid() {
        return 220_000;
    }

    @Override
    public Optional<List<String>> trustedHosts() {
        return Optional.empty();
    }

    @Override
    public long networkBytes() {
        return 64L << 20;
    }
}
