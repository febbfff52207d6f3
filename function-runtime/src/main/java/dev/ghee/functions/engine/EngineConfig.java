package dev.ghee.functions.engine;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** How workerd runs functions. */
@ConfigMapping(prefix = "ghee.functions")
public interface EngineConfig {
    /** Where {@code install-workerd} put the engine. */
    @WithDefault("target/workerd")
    Path workerdDirectory();

    /**
     * Where processes have their sockets; a short path, as the system allows those about 100 bytes. One process of this
     * service at a time. By default a folder under the system's one for temporary files, named for the working
     * directory.
     */
    Optional<Path> runDirectory();

    /**
     * Networks in CIDR notation that functions may reach although they are not public, such as {@code 127.0.0.1/32}.
     * For development, tests, and services of the operator's own network: every app can reach them. None by default.
     */
    Optional<List<String>> allowedNetworks();

    /** Networks in CIDR notation that functions may not reach although they look public, such as a cluster's own. */
    Optional<List<String>> refusedNetworks();

    /** Processes that wait for an app to need one, so that its first call need not wait for a start. */
    @WithDefault("2")
    int prestarted();

    /** Apps that run at once; one more ends the one that has been idle for longest, or waits. */
    @WithDefault("200")
    int maxApps();

    /** An app's process ends after this long without a call; it then uses no memory. */
    @WithDefault("PT60S")
    Duration idleTimeout();

    /** Calls in progress of one app; more wait. */
    @WithDefault("100")
    int maxCallsPerApp();

    /** Calls in progress of all apps; more wait. */
    @WithDefault("1000")
    int maxCalls();

    /** Calls of one app that wait; more are refused with 429. */
    @WithDefault("200")
    int maxWaitingPerApp();

    /** Longest wait of a call for its turn; then it is refused with 429 or 503. */
    @WithDefault("PT5S")
    Duration waitTimeout();

    /** WebSockets of one app; more are refused with 429. They do not count as calls. */
    @WithDefault("1000")
    int maxSocketsPerApp();

    /** Revisions that one process loads before another one takes over. Old ones stay in its memory. */
    @WithDefault("100")
    int maxLoads();

    /**
     * Calls of a revision after which its app's process is replaced by one in which it has a worker of its own, which
     * halves what a call costs. Until then it is loaded, which starts faster.
     */
    @WithDefault("300")
    int directAfterCalls();

    /** How long a process whose successor has taken over may finish its calls and sockets. */
    @WithDefault("PT30S")
    Duration drainTimeout();

    /** Most memory in MiB that a process may ever have, whatever its functions ask for. */
    @WithDefault("1024")
    int maxMemoryMegabytes();

    /** Memory in MiB that the app's process may have beside what its functions ask for: the engine's own. */
    @WithDefault("64")
    int baseMemoryMegabytes();

    /** Processor time that a process may use while no call is in progress and nothing comes out of it. */
    @WithDefault("PT2S")
    Duration idleCpuTime();
}
