package dev.ghee.functions.function;

import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What counters say of a function. */
record Statistics(
        UUID function,
        long calls,
        long errors,
        long coldStarts,
        double durationMs,
        Instant lastAt,
        @Nullable Integer lastStatus,
        long dayCalls,
        long dayErrors) {
    private static final double UNHEALTHY = 0.1;

    static Statistics of(Row row) {
        return new Statistics(
                row.getUUID("function_id"),
                row.getLong("calls"),
                row.getLong("errors"),
                row.getLong("cold_starts"),
                row.getDouble("duration_ms"),
                row.getOffsetDateTime("last_at").toInstant(),
                row.getInteger("last_status"),
                row.getLong("day_calls"),
                row.getLong("day_errors"));
    }

    /** In milliseconds. */
    double averageDuration() {
        return calls == 0 ? 0 : Math.round(durationMs / calls * 100) / 100.0;
    }

    /** Of the last 24 hours, from 0 to 1. */
    double errorRate() {
        return dayCalls == 0 ? 0 : (double) dayErrors / dayCalls;
    }

    /** {@code error} when more than a tenth of the last 24 hours' calls failed. */
    String status() {
        return errorRate() > UNHEALTHY ? "error" : "active";
    }
}
