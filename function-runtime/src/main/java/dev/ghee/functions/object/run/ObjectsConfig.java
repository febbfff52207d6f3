package dev.ghee.functions.object.run;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Running durable objects. */
@ConfigMapping(prefix = "ghee.durable-objects")
public interface ObjectsConfig {
    /** Where this node keeps objects' storage; belongs to one process of this service at a time. */
    @WithDefault("durable-objects")
    Path directory();

    /** An app's process ends after so long without a request, a socket, or an alarm that is about to fire. */
    @WithDefault("PT60S")
    Duration idleTimeout();

    /**
     * How long this node may run an app's objects without renewing its lease in the app's database. Another node takes
     * over after so long when this one is lost; when that database is away for longer, the objects stop.
     */
    @WithDefault("PT10S")
    Duration lease();

    /** What changed is copied to the object store so often; it is what a lost node's disk takes with it at most. */
    @WithDefault("PT15S")
    Duration snapshotInterval();

    /** Where other nodes reach this one, such as {@code http://10.1.2.3:8080}; by default the address it listens on. */
    Optional<String> address();

    /** An object has so long to begin its answer; then the caller is told 504 {@code FUNCTION_TIMEOUT}. */
    @WithDefault("PT60S")
    Duration responseTimeout();

    /** A process that answers nothing at all for so long, such as one in an endless loop, is killed. */
    @WithDefault("PT10S")
    Duration stallTimeout();

    /** A process that uses more memory is killed; its objects start again with the next request. */
    @WithDefault("384")
    @Min(32)
    int maxMemoryMegabytes();

    /** Apps whose objects run at once on this node; more are answered 503 {@code SERVICE_BUSY}. */
    @WithDefault("100")
    @Min(1)
    int maxProcesses();

    /**
     * Networks in CIDR notation that objects may reach although they are not public, beside those of
     * {@code ghee.functions.allowed-networks}. None by default.
     */
    Optional<List<String>> allowedNetworks();

    /** WebSockets per app; more are answered 503 {@code SERVICE_BUSY}. */
    @WithDefault("5000")
    @Min(1)
    int maxSockets();

    /** Requests of one app in progress; more are answered 503 {@code SERVICE_BUSY}. */
    @WithDefault("1000")
    @Min(1)
    int maxRequests();
}
