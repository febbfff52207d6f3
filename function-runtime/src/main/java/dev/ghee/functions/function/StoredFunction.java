package dev.ghee.functions.function;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A function as it is stored.
 *
 * @param envRevision grows with each change of its environment or the app's
 * @param triggers secrets in them are sealed
 */
record StoredFunction(
        UUID id,
        String name,
        @Nullable String description,
        int version,
        long envRevision,
        int timeoutMs,
        int memoryMb,
        List<TriggerSpec> triggers,
        AgentTool agentTool,
        boolean allowServiceKeyImpersonation,
        boolean allowAsService,
        Instant deployedAt,
        Instant updatedAt) {

    /** How agents may use the function. */
    record AgentTool(boolean enabled, @Nullable String description, String mode, String exposedTo) {}
}
