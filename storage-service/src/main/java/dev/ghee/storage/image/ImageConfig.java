package dev.ghee.storage.image;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.Optional;

/** Image transforms. */
@ConfigMapping(prefix = "ghee.images")
public interface ImageConfig {
    /** Longest image that is transformed, in bytes; longer ones are {@code IMAGE_TOO_LARGE}. */
    @WithDefault("26214400")
    long maxSourceBytes();

    /** Most pixels of an image that is transformed; larger ones are {@code IMAGE_TOO_LARGE}. */
    @WithDefault("40000000")
    long maxSourcePixels();

    /** Most pixels in memory at once per transform: what is made, and what a large image is first reduced to. */
    @WithDefault("16777216")
    long maxPixels();

    /** Transforms at the same time in this process; each may need ten bytes per pixel. */
    @WithDefault("2")
    int parallelism();

    /** Transforms that may wait; more are {@code SERVICE_BUSY}. */
    @WithDefault("64")
    int maxWaiting();

    /** Of one app; more are {@code SERVICE_BUSY}, so that one app does not keep the others waiting. */
    @WithDefault("16")
    int maxWaitingPerApp();

    /** Where transformed images are kept; it is emptied at start. By default a directory of its own among temporary files. */
    Optional<Path> cacheDirectory();

    /** Most bytes of transformed images that are kept; those used least go first. */
    @WithDefault("536870912")
    long cacheBytes();
}
