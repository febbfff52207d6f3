package dev.ghee.functions.binding;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a call's own code said of itself. Never trusted for more than the app's own log.
 *
 * @param error what escaped the handler; null when nothing did
 */
public record Report(List<Line> console, @Nullable Escaped error) {
    /** A line said through {@code console}. */
    public record Line(String level, String message, Instant timestamp) {}

    /** An error that nobody caught. */
    public record Escaped(String message, @Nullable String stack) {}

    /** Lines are the app's own business. */
    @Override
    public String toString() {
        return "Report[" + console.size() + " lines]";
    }
}
