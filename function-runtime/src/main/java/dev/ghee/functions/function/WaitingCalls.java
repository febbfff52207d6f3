package dev.ghee.functions.function;

import dev.ghee.contracts.AppState;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Calls of one app that have not been written yet. For one thread at a time. */
final class WaitingCalls {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final int MAX_DOUBLINGS = 4;

    private final AppState app;
    private final List<LogRow> rows = new ArrayList<>();
    private final Map<Hour, Counts> counts = new HashMap<>();
    private int failedRows;
    private long characters;
    private int attempts;
    /** Of {@link System#nanoTime()}; read by the thread that looks who is due. */
    private volatile long dueAt = System.nanoTime();

    WaitingCalls(AppState app) {
        this.app = app;
    }

    /** A function and the hour in which its calls began. */
    record Hour(UUID function, Instant hour) {}

    /** Sums of calls. */
    static final class Counts {
        private long calls;
        private long errors;
        private long coldStarts;
        private double durationMs;
        private double cpuMs;
        private Instant lastAt = Instant.EPOCH;
        private @Nullable Integer lastStatus;

        private void add(InvocationRecord call) {
            calls++;
            errors += call.failed() ? 1 : 0;
            coldStarts += call.coldStart() ? 1 : 0;
            durationMs += call.duration().toNanos() / 1e6;
            cpuMs += call.cpu() == null ? 0 : call.cpu().toNanos() / 1e6;
            if (!call.at().isBefore(lastAt)) {
                lastAt = call.at();
                lastStatus = call.status();
            }
        }

        private void add(Counts other) {
            calls += other.calls;
            errors += other.errors;
            coldStarts += other.coldStarts;
            durationMs += other.durationMs;
            cpuMs += other.cpuMs;
            if (other.lastAt.isAfter(lastAt)) {
                lastAt = other.lastAt;
                lastStatus = other.lastStatus;
            }
        }

        Row row(Hour hour) {
            return new Row(
                    hour.function(),
                    hour.hour().toString(),
                    calls,
                    errors,
                    coldStarts,
                    durationMs,
                    cpuMs,
                    lastAt.toString(),
                    lastStatus);
        }
    }

    /** As it is handed to the database. */
    record Row(
            UUID function_id,
            String hour,
            long calls,
            long errors,
            long cold_starts,
            double duration_ms,
            double cpu_ms,
            String last_at,
            @Nullable Integer last_status) {}

    void count(InvocationRecord call) {
        var hour = new Hour(call.function().id(), call.at().truncatedTo(ChronoUnit.HOURS));
        counts.computeIfAbsent(hour, _ -> new Counts()).add(call);
    }

    /** Whether another call may have a row: those that failed do not take the room of those that did not. */
    boolean hasRoom(boolean failed, int most) {
        return failed ? failedRows < most : rows.size() - failedRows < most;
    }

    void add(LogRow row) {
        rows.add(row);
        failedRows += row.failed() ? 1 : 0;
        characters += row.characters();
    }

    /** What has to be tried again after writing failed. */
    WaitingCalls countersForAnotherAttempt() {
        var counters = new WaitingCalls(app);
        counters.counts.putAll(counts);
        counters.attempts = attempts + 1;
        counters.dueAt = System.nanoTime()
                + FIRST_PAUSE
                        .multipliedBy(1L << Math.min(attempts, MAX_DOUBLINGS))
                        .toNanos();
        return counters;
    }

    /** These, and the counters of those. */
    WaitingCalls with(WaitingCalls earlier) {
        earlier.counts.forEach(
                (hour, sums) -> counts.computeIfAbsent(hour, _ -> new Counts()).add(sums));
        if (earlier.attempts > attempts) {
            attempts = earlier.attempts;
            dueAt = earlier.dueAt;
        }
        return this;
    }

    /** Whether to write now: after each failure not before a longer pause, eight seconds in the end. */
    boolean due() {
        return System.nanoTime() - dueAt >= 0;
    }

    /** How often writing these failed. */
    int attempts() {
        return attempts;
    }

    AppState app() {
        return app;
    }

    List<LogRow> rows() {
        return rows;
    }

    List<Row> counts() {
        return counts.entrySet().stream()
                .map(entry -> entry.getValue().row(entry.getKey()))
                .toList();
    }

    long characters() {
        return characters;
    }
}
