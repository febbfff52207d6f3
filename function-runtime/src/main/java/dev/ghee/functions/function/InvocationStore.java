package dev.ghee.functions.function;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.tenancy.rls.AppPools;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Calls and their counters in the app's database. */
@ApplicationScoped
class InvocationStore {
    private static final Duration CLEAN_UP_EVERY = Duration.ofHours(1);
    private static final int REMEMBERED_APPS = 10_000;

    private static final String INSERT = """
            INSERT INTO ghee.function_invocations (function_id, at, version, trigger, method, path, status, duration_ms,
              cpu_ms, memory_bytes, cold_start, error, stack, console, request_id)
            SELECT r.function, r.at, r.version, r.trigger, r.method, r.path, r.status, r."durationMs", r."cpuMs",
              r."memoryBytes", r."coldStart", r.error, r.stack, r.console, r."requestId"
            FROM jsonb_to_recordset($1::text::jsonb) AS r (function uuid, at timestamptz, version integer, trigger text,
              method text, path text, status integer, "durationMs" double precision, "cpuMs" double precision,
              "memoryBytes" bigint, "coldStart" boolean, error text, stack text, console jsonb, "requestId" text)
            WHERE EXISTS (SELECT FROM ghee.functions f WHERE f.id = r.function)""";
    // In one order, so that two replicas that count at once never wait for each other in a circle.
    private static final String COUNT = """
            INSERT INTO ghee.function_hours AS h (function_id, hour, calls, errors, cold_starts, duration_ms, cpu_ms)
            SELECT function_id, hour, calls, errors, cold_starts, duration_ms, cpu_ms
            FROM jsonb_to_recordset($1::text::jsonb) AS r (function_id uuid, hour timestamptz, calls bigint,
              errors bigint, cold_starts bigint, duration_ms double precision, cpu_ms double precision)
            ORDER BY function_id, hour
            ON CONFLICT (function_id, hour) DO UPDATE SET calls = h.calls + excluded.calls,
              errors = h.errors + excluded.errors, cold_starts = h.cold_starts + excluded.cold_starts,
              duration_ms = h.duration_ms + excluded.duration_ms, cpu_ms = h.cpu_ms + excluded.cpu_ms""";
    private static final String ADD_UP = """
            INSERT INTO ghee.function_totals AS t (function_id, calls, errors, cold_starts, duration_ms, cpu_ms, last_at,
              last_status)
            SELECT function_id, sum(calls), sum(errors), sum(cold_starts), sum(duration_ms), sum(cpu_ms), max(last_at),
              (array_agg(last_status ORDER BY last_at DESC))[1]
            FROM jsonb_to_recordset($1::text::jsonb) AS r (function_id uuid, calls bigint, errors bigint,
              cold_starts bigint, duration_ms double precision, cpu_ms double precision, last_at timestamptz,
              last_status integer)
            GROUP BY function_id ORDER BY function_id
            ON CONFLICT (function_id) DO UPDATE SET calls = t.calls + excluded.calls,
              errors = t.errors + excluded.errors, cold_starts = t.cold_starts + excluded.cold_starts,
              duration_ms = t.duration_ms + excluded.duration_ms, cpu_ms = t.cpu_ms + excluded.cpu_ms,
              last_status = CASE WHEN excluded.last_at >= t.last_at THEN excluded.last_status ELSE t.last_status END,
              last_at = greatest(t.last_at, excluded.last_at)""";

    private static final List<String> CLEAN_UP = List.of(
            "DELETE FROM ghee.function_invocations WHERE at < now() - make_interval(secs => $1)",
            "DELETE FROM ghee.function_hours WHERE hour < now() - make_interval(secs => $1) - interval '1 day'",
            "DELETE FROM ghee.functions WHERE deleted_at < now() - make_interval(secs => $1)",
            """
            DELETE FROM ghee.function_totals t WHERE last_at < now() - make_interval(secs => $1)
              AND NOT EXISTS (SELECT FROM ghee.functions f WHERE f.id = t.function_id)""");

    private static final String LIST = """
            SELECT id, at, version, trigger, method, path, status, duration_ms, cpu_ms, memory_bytes, cold_start, error,
              stack, console::text AS console, request_id
            FROM ghee.function_invocations
            WHERE function_id = ANY($1) AND at > now() - make_interval(secs => $2)
              AND ($3::timestamptz IS NULL OR at > $3)
              AND (NOT $4 OR error IS NOT NULL OR status IS NULL OR status >= 500)
            ORDER BY id DESC LIMIT $5""";
    private static final String AFTER = """
            SELECT id, at, version, trigger, method, path, status, duration_ms, cpu_ms, memory_bytes, cold_start, error,
              stack, console::text AS console, request_id
            FROM ghee.function_invocations
            WHERE function_id = $1 AND id > $2 AND ($3::timestamptz IS NULL OR at > $3)
            ORDER BY id LIMIT $4""";
    private static final String LAST_ID =
            "SELECT coalesce(max(id), 0) AS last FROM ghee.function_invocations WHERE function_id = $1";

    private static final String STATISTICS = """
            SELECT t.function_id, t.calls, t.errors, t.cold_starts, t.duration_ms, t.cpu_ms, t.last_at, t.last_status,
              coalesce(h.calls, 0)::bigint AS day_calls, coalesce(h.errors, 0)::bigint AS day_errors
            FROM ghee.function_totals t
            LEFT JOIN LATERAL (
              SELECT sum(h.calls) AS calls, sum(h.errors) AS errors FROM ghee.function_hours h
              WHERE h.function_id = t.function_id AND h.hour > now() - interval '24 hours') h ON true
            WHERE t.function_id = ANY($1)""";
    /** Of the newest calls only: their number bounds the work. */
    private static final String PERCENTILES = """
            SELECT percentile_cont(ARRAY[0.5, 0.99]) WITHIN GROUP (ORDER BY duration_ms) AS durations,
              avg(cpu_ms) AS cpu, count(*)::int AS n
            FROM (SELECT duration_ms, cpu_ms FROM ghee.function_invocations
                  WHERE function_id = $1 AND at > now() - interval '24 hours' ORDER BY id DESC LIMIT 5000) newest""";

    private static final String DAY = """
            SELECT coalesce(sum(calls), 0)::bigint AS calls, coalesce(sum(errors), 0)::bigint AS errors,
              coalesce(sum(cold_starts), 0)::bigint AS cold_starts
            FROM ghee.function_hours WHERE function_id = $1 AND hour > now() - interval '24 hours'""";

    private final AppPools pools;
    private final double retentionSeconds;
    private final Cache<AppId, Boolean> cleaned = Caffeine.newBuilder()
            .expireAfterWrite(CLEAN_UP_EVERY)
            .maximumSize(REMEMBERED_APPS)
            .build();

    InvocationStore(AppPools pools, LogConfig config) {
        this.pools = pools;
        this.retentionSeconds = config.retention().toSeconds();
    }

    /** All of it or nothing. Rows of functions that are gone for good are left out. */
    Uni<Void> write(AppState app, List<LogRow> rows, List<WaitingCalls.Row> counts) {
        return pools.withOwner(
                app,
                connection -> connection
                        .begin()
                        .compose(transaction -> insert(connection, rows)
                                .compose(_ -> run(connection, COUNT, FunctionRows.write(counts)))
                                .compose(_ -> run(connection, ADD_UP, FunctionRows.write(counts)))
                                .compose(_ -> transaction.commit())
                                .recover(e -> transaction.rollback().transform(_ -> Future.failedFuture(e)))));
    }

    private static Future<Void> insert(SqlConnection connection, List<LogRow> rows) {
        return rows.isEmpty() ? Future.succeededFuture() : run(connection, INSERT, LogRows.json(rows));
    }

    private static Future<Void> run(SqlConnection connection, String sql, String json) {
        return connection.preparedQuery(sql).execute(Tuple.of(json)).mapEmpty();
    }

    /** Drops what is older than the log is kept; once an hour for each app that has calls. */
    Uni<Void> cleanUp(AppState app) {
        if (cleaned.asMap().putIfAbsent(app.appId(), true) != null) {
            return Uni.createFrom().voidItem();
        }
        return pools.withOwner(app, connection -> {
            Future<Void> done = Future.succeededFuture();
            for (String statement : CLEAN_UP) {
                done = done.compose(_ -> connection
                        .preparedQuery(statement)
                        .execute(Tuple.of(retentionSeconds))
                        .mapEmpty());
            }
            return done;
        });
    }

    /** Newest first. */
    Uni<List<LogRows.Logged>> list(AppState app, Collection<UUID> functions, LogQuery query) {
        Tuple values = Tuple.tuple()
                .addArrayOfUUID(functions.toArray(UUID[]::new))
                .addDouble(retentionSeconds)
                .addOffsetDateTime(query.since() == null ? null : query.since().atOffset(ZoneOffset.UTC))
                .addBoolean(query.errorsOnly())
                .addInteger(query.limit());
        return read(app, LIST, values);
    }

    /** Oldest first: what was written after this row, and began after this time. */
    Uni<List<LogRows.Logged>> after(AppState app, UUID function, LogPosition position, int limit) {
        Tuple values = Tuple.tuple()
                .addUUID(function)
                .addLong(position.id())
                .addOffsetDateTime(
                        position.since() == null ? null : position.since().atOffset(ZoneOffset.UTC))
                .addInteger(limit);
        return read(app, AFTER, values);
    }

    Uni<Long> lastId(AppState app, UUID function) {
        return pools.withOwner(
                app,
                connection -> connection
                        .preparedQuery(LAST_ID)
                        .execute(Tuple.of(function))
                        .map(rows -> rows.iterator().next().getLong("last")));
    }

    private Uni<List<LogRows.Logged>> read(AppState app, String sql, Tuple values) {
        return pools.withOwner(
                app,
                connection -> connection
                        .preparedQuery(sql)
                        .execute(values)
                        .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                                .map(LogRows::logged)
                                .toList()));
    }

    /** Sums by function; functions that were never called are missing. */
    Uni<Map<UUID, Statistics>> statistics(AppState app, Collection<UUID> functions) {
        return pools.withOwner(
                app,
                connection -> connection
                        .preparedQuery(STATISTICS)
                        .execute(Tuple.tuple().addArrayOfUUID(functions.toArray(UUID[]::new)))
                        .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                                .map(Statistics::of)
                                .collect(Collectors.toMap(Statistics::function, of -> of))));
    }

    /** The last 24 hours. */
    Uni<LogRows.Day> day(AppState app, UUID function) {
        return pools.withOwner(
                app,
                connection -> connection
                        .preparedQuery(DAY)
                        .execute(Tuple.of(function))
                        .compose(sums -> connection
                                .preparedQuery(PERCENTILES)
                                .execute(Tuple.of(function))
                                .map(times -> LogRows.day(
                                        sums.iterator().next(), times.iterator().next()))));
    }
}
