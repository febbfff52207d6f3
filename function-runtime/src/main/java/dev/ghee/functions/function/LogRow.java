package dev.ghee.functions.function;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A call as it is logged: bounded, and without what Postgres cannot hold. */
record LogRow(
        UUID function,
        int version,
        Instant at,
        String trigger,
        @Nullable String method,
        @Nullable String path,
        @Nullable Integer status,
        double durationMs,
        @Nullable Double cpuMs,
        @Nullable Long memoryBytes,
        boolean coldStart,
        @Nullable String error,
        @Nullable String stack,
        List<Line> console,
        @Nullable String requestId,
        boolean failed) {
    private static final int MAX_SHORT = 200;
    private static final int MAX_PATH = 2_000;
    private static final int MAX_ERROR = 4_000;
    private static final int OVERHEAD = 300;

    /** A line of the console, as the REST API writes it. */
    record Line(String level, String message, String timestamp) {}

    static LogRow of(InvocationRecord call) {
        return new LogRow(
                call.function().id(),
                call.function().version(),
                call.at(),
                cut(call.trigger(), MAX_SHORT),
                cutNullable(call.method(), MAX_SHORT),
                cutNullable(call.path(), MAX_PATH),
                call.status(),
                call.duration().toNanos() / 1e6,
                call.cpu() == null ? null : call.cpu().toNanos() / 1e6,
                call.memoryBytes(),
                call.coldStart(),
                cutNullable(call.error(), MAX_ERROR),
                cutNullable(call.stack(), InvocationLog.MAX_LINE),
                call.console().stream()
                        .limit(InvocationLog.MAX_CONSOLE)
                        .map(line -> new Line(
                                cut(line.level(), MAX_SHORT),
                                cut(line.message(), InvocationLog.MAX_LINE),
                                line.timestamp().toString()))
                        .toList(),
                cutNullable(call.requestId(), MAX_SHORT),
                call.failed());
    }

    /** The same with other texts where frames of stacks may be. */
    LogRow withFrames(UnaryOperator<String> map) {
        return new LogRow(
                function,
                version,
                at,
                trigger,
                method,
                path,
                status,
                durationMs,
                cpuMs,
                memoryBytes,
                coldStart,
                error,
                stack == null ? null : map.apply(stack),
                console.stream()
                        .map(line -> new Line(line.level(), map.apply(line.message()), line.timestamp()))
                        .toList(),
                requestId,
                failed);
    }

    /** Roughly what it takes in memory. */
    long characters() {
        long sum = OVERHEAD + length(path) + length(error) + length(stack);
        for (Line line : console) {
            sum += OVERHEAD + line.message().length();
        }
        return sum;
    }

    private static int length(@Nullable String text) {
        return text == null ? 0 : text.length();
    }

    private static @Nullable String cutNullable(@Nullable String text, int most) {
        return text == null ? null : cut(text, most);
    }

    private static String cut(String text, int most) {
        String kept = text.length() <= most ? text : text.substring(0, most - 1) + "…";
        return kept.indexOf('\0') < 0 ? kept : kept.replace('\0', '\uFFFD');
    }
}
