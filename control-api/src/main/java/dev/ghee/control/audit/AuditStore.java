package dev.ghee.control.audit;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.ghee.contracts.AppId;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowIterator;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads the audit log. */
@ApplicationScoped
class AuditStore {
    private static final String MATCHING = """
            FROM audit_log WHERE app_id = $1
              AND ($2::text IS NULL OR category = $2) AND ($3::text IS NULL OR event_type = $3)
              AND ($4::text IS NULL OR action = $4) AND ($5::text IS NULL OR resource_type = $5)
              AND ($6::text IS NULL OR resource_id = $6) AND ($7::text IS NULL OR actor_id = $7)
              AND ($8::timestamptz IS NULL OR created_at >= $8) AND ($9::timestamptz IS NULL OR created_at <= $9)""";
    private static final String COUNT = "SELECT count(*) " + MATCHING;
    private static final String PAGE = """
            SELECT id, app_id, category, event_type, action, resource_type, resource_id, actor_type, actor_id,
              event_data::text, ip_address, user_agent, success, error_message, correlation_id, created_at
            """ + MATCHING + " ORDER BY created_at DESC, id LIMIT $10 OFFSET $11";

    private final Pool database;

    AuditStore(Pool database) {
        this.database = database;
    }

    /** Matching events, newest first, and how many there are in all. */
    record Page(List<Entry> logs, long total) {}

    /** An event as the REST API writes it. */
    record Entry(
            UUID id,
            @JsonProperty("app_id") String appId,
            String category,
            @JsonProperty("event_type") String eventType,
            String action,
            @JsonProperty("resource_type") String resourceType,
            @JsonProperty("resource_id") @Nullable String resourceId,
            @JsonProperty("actor_type") String actorType,
            @JsonProperty("actor_id") @Nullable String actorId,

            @JsonProperty("event_data") @JsonRawValue @Nullable
            String eventData,

            @JsonProperty("ip_address") @Nullable String ipAddress,
            @JsonProperty("user_agent") @Nullable String userAgent,
            boolean success,
            @JsonProperty("error_message") @Nullable String errorMessage,
            @JsonProperty("correlation_id") @Nullable String correlationId,
            @JsonProperty("created_at") Instant createdAt) {}

    Uni<Page> find(AppId app, AuditQuery.Filter filter) {
        return database.preparedQuery(PAGE)
                .execute(parameters(app, filter).addInteger(filter.limit()).addInteger(filter.offset()))
                .map(AuditStore::entries)
                .chain(entries -> database.preparedQuery(COUNT)
                        .execute(parameters(app, filter))
                        .map(rows -> new Page(entries, rows.iterator().next().getLong(0))));
    }

    private static Tuple parameters(AppId app, AuditQuery.Filter filter) {
        Tuple parameters = Tuple.tuple().addString(app.value());
        parameters.addValue(filter.category()).addValue(filter.eventType()).addValue(filter.action());
        parameters.addValue(filter.resourceType()).addValue(filter.resourceId()).addValue(filter.actorId());
        return parameters.addValue(filter.from()).addValue(filter.to());
    }

    private static List<Entry> entries(RowSet<Row> rows) {
        List<Entry> entries = new ArrayList<>(rows.size());
        RowIterator<Row> each = rows.iterator();
        while (each.hasNext()) {
            entries.add(entry(each.next()));
        }
        return entries;
    }

    private static Entry entry(Row row) {
        return new Entry(
                row.getUUID(0),
                row.getString(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                row.getString(6),
                row.getString(7),
                row.getString(8),
                row.getString(9),
                row.getString(10),
                row.getString(11),
                row.getBoolean(12),
                row.getString(13),
                row.getString(14),
                row.get(OffsetDateTime.class, 15).toInstant());
    }
}
