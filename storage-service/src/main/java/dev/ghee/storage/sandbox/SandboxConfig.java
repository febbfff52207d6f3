package dev.ghee.storage.sandbox;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What a sandboxed program may use. A program that goes beyond a limit is ended, all of it. */
@ConfigMapping(prefix = "ghee.sandbox")
public interface SandboxConfig {
    /**
     * Where programs have their files while they run. A short path: Unix sockets are in it. {@code ghee-sandboxes} in
     * the folder for temporary files by default.
     */
    Optional<Path> directory();

    /** Programs at once in this process; more wait. */
    @WithDefault("2")
    int maxConcurrent();

    /** Longest time from start to end. */
    @WithDefault("PT10M")
    Duration time();

    /** Memory of all processes of a program together, measured four times a second. */
    @WithDefault("2147483648")
    long memoryBytes();

    /** Size of all files of a program together, measured every three seconds. */
    @WithDefault("2147483648")
    long diskBytes();

    /** Largest single file; writing beyond it fails. */
    @WithDefault("1073741824")
    long fileBytes();

    /** Processes and threads of a program together; starting more fails. */
    @WithDefault("512")
    int processes();

    /**
     * The first of as many user ids as programs run at once, none of them used for anything else on the machine. Only
     * of use when this service runs as root; otherwise programs run as the service's own user in a user namespace.
     */
    @WithDefault("210000")
    int firstUid();

    /**
     * Hosts that programs may reach over TLS whatever their address is, {@code name} or {@code name:port}, such as a
     * registry in the operator's own network. The registry that npm is set up with here is always among them, and so is
     * every public address at port 443.
     */
    Optional<List<String>> trustedHosts();

    /** Bytes that a program may fetch and send together; then its connections are cut. */
    @WithDefault("2147483648")
    long networkBytes();
}
