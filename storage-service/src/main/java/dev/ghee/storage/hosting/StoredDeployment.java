package dev.ghee.storage.hosting;

import dev.ghee.storage.hosting.site.Framework;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A deployment as it is in its app's database.
 *
 * @param abandoned nobody has worked on it for too long
 * @param error why it is not live, for its owner
 * @param buildConfig JSON of how it was built; null unless it was built here
 */
record StoredDeployment(
        UUID id,
        Framework framework,
        Source source,
        DeploymentState state,
        boolean abandoned,
        @Nullable String error,
        @Nullable Integer fileCount,
        @Nullable Long totalBytes,
        @Nullable String buildConfig,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant completedAt,
        Instant updatedAt) {

    /** Where its files come from. */
    enum Source {
        /** A zip of a finished site. */
        ZIP,
        /** Built by this installation. */
        BUILD
    }
}
