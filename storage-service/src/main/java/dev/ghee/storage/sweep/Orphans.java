package dev.ghee.storage.sweep;

import dev.ghee.contracts.AppState;
import dev.ghee.storage.database.AppSql;
import dev.ghee.storage.s3.Bucket;
import dev.ghee.storage.s3.ObjectBytes;
import dev.ghee.storage.s3.PartBytes;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Bytes in the object store that nothing is known of: of an upload that ended after its object was deleted or given up.
 * Waits, so only on virtual threads.
 */
@ApplicationScoped
class Orphans {
    private static final Logger LOG = Logger.getLogger(Orphans.class);
    private static final int PAGE = 1000;
    private static final String UNKNOWN_KEYS = """
            SELECT k FROM unnest($1::text[]) AS asked(k)
             WHERE NOT EXISTS (SELECT FROM ghee.objects o WHERE o.key = k)""";
    private static final String UNKNOWN_UPLOADS = """
            SELECT u FROM unnest($1::text[]) AS asked(u)
             WHERE NOT EXISTS (SELECT FROM ghee.objects o WHERE o.upload_id = u)""";

    private final AppSql sql;
    private final ObjectBytes bytes;
    private final PartBytes parts;
    private final MeterRegistry metrics;

    Orphans(AppSql sql, ObjectBytes bytes, PartBytes parts, MeterRegistry metrics) {
        this.sql = sql;
        this.bytes = bytes;
        this.parts = parts;
        this.metrics = metrics;
    }

    /** Deletes the app's; how many. @param before only what is older: what is younger may be about to be known */
    int delete(AppState app, Instant before) {
        String prefix = app.appId() + "/";
        int deleted = 0;
        String after = null;
        List<ObjectBytes.Entry> page = bytes.list(Bucket.OBJECTS, prefix, after, PAGE);
        while (!page.isEmpty()) {
            Set<String> unknown = unknown(
                    app,
                    UNKNOWN_KEYS,
                    page.stream()
                            .filter(entry -> entry.modified().isBefore(before))
                            .map(ObjectBytes.Entry::key)
                            .toList());
            bytes.delete(Bucket.OBJECTS, unknown);
            deleted += unknown.size();
            after = page.getLast().key();
            page = page.size() < PAGE ? List.of() : bytes.list(Bucket.OBJECTS, prefix, after, PAGE);
        }
        deleted += abortUploads(app, prefix, before);
        if (deleted > 0) {
            LOG.infof("Deleted what nothing was known of: app=%s objects=%d", app.appId(), deleted);
            metrics.counter("ghee.storage.orphans.deleted").increment(deleted);
        }
        return deleted;
    }

    private int abortUploads(AppState app, @Nullable String prefix, Instant before) {
        List<PartBytes.Begun> begun = parts.begun(Bucket.OBJECTS, prefix).stream()
                .filter(upload -> upload.since().isBefore(before))
                .toList();
        Set<String> unknown = unknown(
                app,
                UNKNOWN_UPLOADS,
                begun.stream().map(PartBytes.Begun::uploadId).toList());
        begun.stream()
                .filter(upload -> unknown.contains(upload.uploadId()))
                .forEach(upload -> parts.abort(Bucket.OBJECTS, upload.key(), upload.uploadId()));
        return unknown.size();
    }

    private Set<String> unknown(AppState app, String statement, List<String> asked) {
        Set<String> unknown = new HashSet<>();
        if (!asked.isEmpty()) {
            for (Row row : AppSql.await(sql.run(app, statement, Tuple.of(asked.toArray(String[]::new))))) {
                unknown.add(row.getString(0));
            }
        }
        return unknown;
    }

    /** Deletes all bytes of an app that is being deleted, its sites' too. */
    void deleteAll(AppState app) {
        for (Bucket bucket : Bucket.values()) {
            deleteAll(bucket, app.appId() + "/");
            // Where uploads through us keep what is too little for a part.
            deleteAll(bucket, "tails/" + app.appId() + "/");
            for (PartBytes.Begun upload : parts.begun(bucket, app.appId() + "/")) {
                parts.abort(bucket, upload.key(), upload.uploadId());
            }
        }
    }

    private void deleteAll(Bucket bucket, String prefix) {
        List<ObjectBytes.Entry> page;
        do {
            page = bytes.list(bucket, prefix, null, PAGE);
            bytes.delete(bucket, page.stream().map(ObjectBytes.Entry::key).toList());
        } while (page.size() == PAGE);
    }
}
