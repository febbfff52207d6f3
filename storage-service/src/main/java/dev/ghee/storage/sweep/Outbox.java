package dev.ghee.storage.sweep;

import dev.ghee.contracts.AppState;
import dev.ghee.contracts.ObjectEvent;
import dev.ghee.contracts.Topics;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.storage.database.AppSql;
import dev.ghee.storage.event.EventWriter;
import dev.ghee.storage.s3.Bucket;
import dev.ghee.storage.s3.ObjectBytes;
import dev.ghee.storage.s3.PartBytes;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Does what changes of objects want done outside of the database: deletes bytes, tells others. A row leaves the outbox
 * when that is done, so a crash repeats it and loses nothing. Waits, so only on virtual threads.
 */
@ApplicationScoped
class Outbox {
    private static final int BATCH = 200;
    private static final long TELLING_SECONDS = 10;
    private static final String NEXT = """
            SELECT id, kind, object_id, key, upload_id, filename, content_type, size_bytes, user_id, at
              FROM ghee.storage_outbox ORDER BY id LIMIT\s""" + BATCH;
    private static final String DONE = "DELETE FROM ghee.storage_outbox WHERE id = ANY($1)";

    private final AppSql sql;
    private final ObjectBytes bytes;
    private final PartBytes parts;
    private final EventWriter events;

    Outbox(AppSql sql, ObjectBytes bytes, PartBytes parts, EventWriter events) {
        this.sql = sql;
        this.bytes = bytes;
        this.parts = parts;
        this.events = events;
    }

    /** Does the oldest; false when there was nothing. Fails when something could not be done, which then is tried again. */
    boolean drain(AppState app) {
        RowSet<Row> rows = AppSql.await(sql.run(app, NEXT, Tuple.tuple()));
        if (rows.size() == 0) {
            return false;
        }
        List<Long> ids = new ArrayList<>();
        List<String> keys = new ArrayList<>();
        for (Row row : rows) {
            ids.add(row.getLong("id"));
            if (gone(row)) {
                keys.add(row.getString("key"));
                String upload = row.getString("upload_id");
                if (upload != null) {
                    parts.abort(Bucket.OBJECTS, row.getString("key"), upload);
                }
            }
        }
        bytes.delete(Bucket.OBJECTS, keys);
        tell(app, rows);
        AppSql.await(sql.run(app, DONE, Tuple.of(ids.toArray(Long[]::new))));
        return true;
    }

    private static boolean gone(Row row) {
        String kind = row.getString("kind");
        return kind.equals("deleted") || kind.equals("given_up");
    }

    private void tell(AppState app, RowSet<Row> rows) {
        List<CompletableFuture<Void>> told = new ArrayList<>();
        for (Row row : rows) {
            // What never arrived was never told of.
            if (!row.getString("kind").equals("given_up")) {
                told.add(events.write(Topics.OBJECTS, app.appId(), event(app, row)));
            }
        }
        try {
            CompletableFuture.allOf(told.toArray(CompletableFuture[]::new)).get(TELLING_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new GheeException(ErrorCode.EXTERNAL_NETWORK_ERROR, "Kafka does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new GheeException(ErrorCode.EXTERNAL_NETWORK_ERROR, "Stopped", e);
        }
    }

    private static ObjectEvent event(AppState app, Row row) {
        return new ObjectEvent(
                app.appId(),
                row.getLong("id"),
                ObjectEvent.Kind.valueOf(row.getString("kind").toUpperCase(Locale.ROOT)),
                row.getUUID("object_id").toString(),
                row.getString("key"),
                row.getString("filename"),
                row.getString("content_type"),
                row.getLong("size_bytes"),
                row.getString("user_id"),
                row.getOffsetDateTime("at").toInstant());
    }
}
