package dev.ghee.functions.function;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Between rows of the log and records. */
final class LogRows {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .build();

    private LogRows() {}

    /** A call as the REST API shows it. */
    record Logged(
            @com.fasterxml.jackson.annotation.JsonIgnore long id,
            Instant timestamp,
            String trigger,
            @Nullable String method,
            @Nullable String path,
            @Nullable Integer statusCode,
            double duration,
            @Nullable Double cpuTime,
            @Nullable Long memoryUsed,
            boolean coldStart,
            @Nullable String error,
            @Nullable String stack,
            JsonNode consoleLogs,
            int version,
            @Nullable String requestId) {}

    /** The last 24 hours; times in milliseconds, null when there were no calls. */
    record Day(
            long calls,
            long errors,
            long coldStarts,
            @Nullable Double median,
            @Nullable Double slowest,
            @Nullable Double cpu,
            int sample) {}

    static String json(List<LogRow> rows) {
        try {
            return JSON.writeValueAsString(rows);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A row of the log is no JSON", e);
        }
    }

    static Logged logged(Row row) {
        return new Logged(
                row.getLong("id"),
                row.getOffsetDateTime("at").toInstant(),
                row.getString("trigger"),
                row.getString("method"),
                row.getString("path"),
                row.getInteger("status"),
                rounded(row.getDouble("duration_ms")),
                roundedNullable(row.getDouble("cpu_ms")),
                row.getLong("memory_bytes"),
                row.getBoolean("cold_start"),
                row.getString("error"),
                row.getString("stack"),
                console(row.getString("console")),
                row.getInteger("version"),
                row.getString("request_id"));
    }

    static Day day(Row sums, Row times) {
        Double[] durations = times.getArrayOfDoubles("durations");
        return new Day(
                sums.getLong("calls"),
                sums.getLong("errors"),
                sums.getLong("cold_starts"),
                durations == null ? null : rounded(durations[0]),
                durations == null ? null : rounded(durations[1]),
                roundedNullable(times.getDouble("cpu")),
                times.getInteger("n"));
    }

    private static JsonNode console(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("What we stored is not what we read", e);
        }
    }

    private static double rounded(double milliseconds) {
        return Math.round(milliseconds * 100) / 100.0;
    }

    private static @Nullable Double roundedNullable(@Nullable Double milliseconds) {
        return milliseconds == null ? null : rounded(milliseconds);
    }
}
