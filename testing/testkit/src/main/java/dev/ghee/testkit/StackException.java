package dev.ghee.testkit;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A component of the stack cannot run. The message names it, says why, and where its log is. */
public final class StackException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String component;

    public StackException(String component, String reason) {
        this(component, reason, null, null);
    }

    public StackException(String component, String reason, @Nullable Path log, @Nullable Throwable cause) {
        super(component + ": " + reason + (log == null ? "" : "\n  log: " + log), cause);
        this.component = component;
    }

    /** Name of the component, such as {@code kafka} or {@code postgres.us-east-1}. */
    public String component() {
        return component;
    }
}
