package dev.ghee.functions.function;

import dev.ghee.contracts.AppState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A call of a function that has ended, for its log.
 *
 * @param at when it began
 * @param trigger what called: {@code http}, {@code cron}, {@code webhook}, {@code invoke} and so on
 * @param status of its answer; null when it gave none
 * @param cpu null when it is not known
 * @param memoryBytes null when it is not known
 * @param error first line of what went wrong; null when nothing did. A status of 500 and more counts as an error too
 * @param stack as the engine has it, in compiled modules; the log shows it in the developer's own lines
 * @param console at most {@link InvocationLog#MAX_CONSOLE} are kept
 * @param requestId given by the edge
 */
public record InvocationRecord(
        AppState app,
        DeployedFunction function,
        Instant at,
        String trigger,
        @Nullable String method,
        @Nullable String path,
        @Nullable Integer status,
        Duration duration,
        @Nullable Duration cpu,
        @Nullable Long memoryBytes,
        boolean coldStart,
        @Nullable String error,
        @Nullable String stack,
        List<ConsoleLine> console,
        @Nullable String requestId) {

    /**
     * Something that the function printed.
     *
     * @param level {@code log}, {@code debug}, {@code info}, {@code warn} or {@code error}
     */
    public record ConsoleLine(String level, String message, Instant timestamp) {}

    /** Whether it counts as failed. */
    public boolean failed() {
        return error != null || status == null || status >= 500;
    }

    /** Paths, messages and errors may hold personal data. */
    @Override
    public String toString() {
        return "InvocationRecord[" + app.appId() + " " + function.name() + " " + status + "]";
    }
}
