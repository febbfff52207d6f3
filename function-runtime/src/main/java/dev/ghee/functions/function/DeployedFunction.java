package dev.ghee.functions.function;

import dev.ghee.functions.engine.CallLimits;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A function in force, as much of it as calling it takes.
 *
 * @param version of its code
 * @param revision changes with code, environment and whatever else its isolate is made of
 * @param triggers those that are enabled, at most one of each type
 * @param allowServiceKeyImpersonation whether a key may call it in a user's name
 * @param allowAsService whether its code may query with the service role, past the app's policies
 */
public record DeployedFunction(
        UUID id,
        String name,
        int version,
        String revision,
        List<Trigger> triggers,
        CallLimits limits,
        boolean allowServiceKeyImpersonation,
        boolean allowAsService) {
    public DeployedFunction {
        triggers = List.copyOf(triggers);
    }

    /** Its trigger of this type, when there is one and it is enabled. */
    public <T extends Trigger> Optional<T> trigger(Class<T> type) {
        for (Trigger trigger : triggers) {
            if (type.isInstance(trigger)) {
                return Optional.of(type.cast(trigger));
            }
        }
        return Optional.empty();
    }
}
