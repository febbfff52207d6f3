package dev.ghee.control.data;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.control.schema.SchemaChanged;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.tenancy.rls.AppPools;
import dev.ghee.tenancy.rls.SqlIdentifier;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The tables of each app, read from Postgres' own catalog. What this process changes is seen at once; what another
 * replica changes when a statement meets it, when a table is asked for that is not known, or after a short while.
 */
@ApplicationScoped
class TableCatalog {
    /** Tables whose name starts with an underscore are the platform's. A partition is reached through its parent. */
    private static final String READ = """
            SELECT c.relname::text, a.attname::text, format_type(b.oid, -1),
                   CASE WHEN b.typnamespace = 'pg_catalog'::regnamespace OR b.typname = 'citext'
                        THEN b.typname::text ELSE '' END,
                   (SELECT k.position FROM unnest(i.indkey) WITH ORDINALITY AS k(attnum, position)
                     WHERE k.attnum = a.attnum)
              FROM pg_class c
              JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
              JOIN pg_type y ON y.oid = a.atttypid
              JOIN pg_type b ON b.oid = CASE y.typtype WHEN 'd' THEN y.typbasetype ELSE y.oid END
              LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
             WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
               AND NOT starts_with(c.relname, '_')
             ORDER BY c.oid, a.attnum""";

    private static final int MAX_APPS = 10_000;
    private static final Duration UNUSED = Duration.ofMinutes(30);
    /** Asking for tables that do not exist must not become a catalog query each. */
    private static final long MISS_INTERVAL_NANOS = Duration.ofMillis(100).toNanos();

    private final AppPools pools;
    private final long ttlNanos;
    private final Cache<AppId, Snapshot> snapshots = Caffeine.newBuilder()
            .maximumSize(MAX_APPS)
            .expireAfterAccess(UNUSED)
            .build();
    private final ConcurrentHashMap<AppId, CompletableFuture<Snapshot>> loading = new ConcurrentHashMap<>();

    private record Snapshot(Map<String, Table> tables, long readAt) {
        boolean olderThan(long nanos) {
            return System.nanoTime() - readAt > nanos;
        }
    }

    TableCatalog(AppPools pools, DataApiConfig config) {
        this.pools = pools;
        this.ttlNanos = config.catalogTtl().toNanos();
    }

    /** The table if it is in memory and not due to be read again. */
    @Nullable
    Table fresh(AppState app, String name) {
        Snapshot known = snapshots.getIfPresent(app.appId());
        return known == null || known.olderThan(ttlNanos)
                ? null
                : known.tables().get(name);
    }

    /** The table. Fails with 404 {@code VALIDATION_TABLE_NOT_FOUND}; the platform's own tables do not exist here. */
    Uni<Table> find(AppState app, String name) {
        Snapshot known = snapshots.getIfPresent(app.appId());
        if (known == null) {
            return reload(app, name);
        }
        Table table = known.tables().get(name);
        if (table == null) {
            return known.olderThan(MISS_INTERVAL_NANOS) && SqlIdentifier.isValid(name)
                    ? reload(app, name)
                    : Uni.createFrom().failure(TableCatalog::notFound);
        }
        if (known.olderThan(ttlNanos)) {
            // Serves what is known meanwhile; a failure leaves it in place, and the next request tries again.
            load(app);
        }
        return Uni.createFrom().item(table);
    }

    /** The table as it is now. Fails as {@link #find}. */
    Uni<Table> reload(AppState app, String name) {
        return Uni.createFrom().completionStage(() -> load(app)).map(snapshot -> {
            Table table = snapshot.tables().get(name);
            if (table == null) {
                throw notFound();
            }
            return table;
        });
    }

    /** What was read before, and what is being read now, may be outdated: neither is used again. */
    void onSchemaChanged(@Observes SchemaChanged event) {
        loading.remove(event.app());
        snapshots.invalidate(event.app());
    }

    private CompletableFuture<Snapshot> load(AppState app) {
        var mine = new CompletableFuture<Snapshot>();
        CompletableFuture<Snapshot> other = loading.putIfAbsent(app.appId(), mine);
        if (other != null) {
            return other;
        }
        pools.withOwner(app, connection -> connection.query(READ).execute())
                .map(rows -> snapshot(rows, snapshots.getIfPresent(app.appId())))
                .subscribe()
                .with(
                        snapshot -> {
                            if (loading.remove(app.appId(), mine)) {
                                snapshots.put(app.appId(), snapshot);
                            }
                            mine.complete(snapshot);
                        },
                        failure -> {
                            loading.remove(app.appId(), mine);
                            mine.completeExceptionally(failure);
                        });
        return mine;
    }

    /** Tables that did not change keep their object, and with it the statements made for them. */
    private static Snapshot snapshot(RowSet<Row> rows, @Nullable Snapshot previous) {
        Map<String, List<Column>> columns = new LinkedHashMap<>();
        Map<String, TreeMap<Long, String>> keys = new HashMap<>();
        for (Row row : rows) {
            String table = row.getString(0);
            String column = row.getString(1);
            columns.computeIfAbsent(table, _ -> new ArrayList<>())
                    .add(new Column(new SqlIdentifier(column), row.getString(2), row.getString(3)));
            Long position = row.getLong(4);
            if (position != null) {
                keys.computeIfAbsent(table, _ -> new TreeMap<>()).put(position, column);
            }
        }
        Map<String, Table> tables = new HashMap<>();
        columns.forEach((name, list) -> {
            var key = List.copyOf(keys.getOrDefault(name, new TreeMap<>()).values());
            var table = new Table(new SqlIdentifier(name), list, key);
            Table before = previous == null ? null : previous.tables().get(name);
            tables.put(name, before != null && before.sameAs(table) ? before : table);
        });
        return new Snapshot(Map.copyOf(tables), System.nanoTime());
    }

    private static GheeException notFound() {
        return new GheeException(ErrorCode.VALIDATION_TABLE_NOT_FOUND, "Table not found");
    }
}
