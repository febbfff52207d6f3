package dev.ghee.functions.object.store;

import dev.ghee.functions.object.source.ObjectName;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A deployed class.
 *
 * @param id names the storage of its objects, too: a class that was deleted and deployed again starts empty
 * @param errorMessage why the last deploy does not run
 * @param code the source of the last deploy
 * @param running what runs: the last deploy that could be loaded; null until one could
 */
public record ObjectClass(
        UUID id,
        ObjectName name,
        String className,
        AccessMode accessMode,
        Status status,
        @Nullable String errorMessage,
        String code,
        @Nullable Running running,
        Instant createdAt,
        Instant updatedAt,
        Instant lastDeployedAt) {

    /** Where a deploy stands. */
    public enum Status {
        PENDING,
        BUILDING,
        READY,
        ERROR,
        SUPERSEDED
    }

    /** Compiled code that loads. */
    public record Running(String className, String module) {}
}
