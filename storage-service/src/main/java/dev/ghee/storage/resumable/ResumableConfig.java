package dev.ghee.storage.resumable;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;
import java.nio.file.Path;
import java.time.Duration;

/** Resumable uploads. */
@ConfigMapping(prefix = "ghee.storage.resumable")
interface ResumableConfig {
    /** An upload that brought nothing for so long is given up, with all its bytes. */
    @WithDefault("PT24H")
    Duration lifetime();

    /** A request that brings nothing for so long is ended; what it has brought is kept. */
    @WithDefault("PT30S")
    Duration patience();

    /** Requests of one app that bring bytes to one process at once; more are answered 503 {@code SERVICE_BUSY}. */
    @WithDefault("32")
    @Min(1)
    int perApp();

    /** Requests of all apps that bring bytes to one process at once; more are answered 503 {@code SERVICE_BUSY}. */
    @WithDefault("256")
    @Min(1)
    int atOnce();

    /** Parts that are being stored at once, each of them in memory; others wait, and so do their clients. */
    @WithDefault("8")
    @Min(1)
    int storingAtOnce();

    /** Where bytes wait that are not enough for a part, at most one part per request. */
    @WithDefault("${java.io.tmpdir}/ghee-uploads")
    Path directory();
}
