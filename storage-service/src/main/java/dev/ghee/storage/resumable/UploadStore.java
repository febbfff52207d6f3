package dev.ghee.storage.resumable;

import dev.ghee.contracts.AppState;
import dev.ghee.storage.s3.PartBytes.StoredPart;
import dev.ghee.tenancy.rls.AppStatements;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Rows of {@code ghee.uploads}. Whatever brings bytes says its epoch: of two requests for one upload, on whatever
 * replicas, the later one has it, and nothing that the earlier one says counts any more. Waits for the app's database.
 */
@ApplicationScoped
class UploadStore {
    private static final String INSERT = """
            INSERT INTO ghee.uploads
              (id, s3_key, s3_upload_id, size_bytes, part_bytes, metadata)
            VALUES ($1, $2, $3, $4, $5, $6)""";
    private static final String FIND = """
            SELECT u.*, o.status, o.expires_at FROM ghee.uploads u JOIN ghee.objects o ON o.id = u.id
             WHERE u.id = $1 AND (o.expires_at IS NULL OR o.expires_at > now())""";
    /** In one statement, so that no upload goes on whose object was given up meanwhile. */
    private static final String CLAIM = """
            WITH kept AS (
              UPDATE ghee.objects o SET expires_at = now() + make_interval(secs => $3)
               WHERE o.id = $1 AND o.status = 'pending' AND o.expires_at > now()
              RETURNING o.id, o.status, o.expires_at)
            UPDATE ghee.uploads u
               SET epoch = epoch + 1, next_part = next_part + (CASE WHEN busy THEN 1 ELSE 0 END), busy = true,
                   changed_at = now()
              FROM kept
             WHERE u.id = $1 AND u.id = kept.id AND u.offset_bytes = $2 AND u.offset_bytes < u.size_bytes
            RETURNING u.*, kept.status, kept.expires_at""";

    private static final String RESERVE_PART =
            "UPDATE ghee.uploads SET next_part = next_part + 1 WHERE id = $1 AND epoch = $2";
    private static final String ADVANCE = """
            WITH moved AS (
              UPDATE ghee.uploads
                 SET offset_bytes = $3, next_part = $4, tail_key = $5, tail_bytes = $6, sha256_state = $7, busy = $8,
                     changed_at = now()
               WHERE id = $1 AND epoch = $2 AND offset_bytes <= $3
              RETURNING id),
            kept AS (
              UPDATE ghee.objects SET expires_at = now() + make_interval(secs => $9)
               WHERE id = (SELECT id FROM moved) AND status = 'pending'
                 AND expires_at < now() + make_interval(secs => $9 / 2)),
            added AS (
              INSERT INTO ghee.upload_parts (upload_id, number, etag, size_bytes)
              SELECT moved.id, part.number, part.etag, part.size_bytes
                FROM moved, unnest($10::int[], $11::text[], $12::int[]) AS part (number, etag, size_bytes))
            SELECT id FROM moved""";
    private static final String IDLE = "UPDATE ghee.uploads SET busy = false WHERE id = $1 AND epoch = $2";
    private static final String DELETE = "DELETE FROM ghee.uploads WHERE id = $1";
    private static final String PARTS =
            "SELECT number, etag, size_bytes FROM ghee.upload_parts WHERE upload_id = $1 ORDER BY number";
    /** Complete and no object: its process died. Without an object row: given up. An object: of no more use. */
    private static final String LEFT_BEHIND = """
            SELECT u.*, coalesce(o.status, 'gone') AS status, o.expires_at
              FROM ghee.uploads u LEFT JOIN ghee.objects o ON o.id = u.id
             WHERE o.id IS NULL
                OR (o.status = 'pending' AND u.offset_bytes = u.size_bytes
                    AND u.changed_at < now() - make_interval(secs => $1))
                OR (o.status = 'stored' AND u.changed_at < now() - make_interval(secs => $2))
             ORDER BY u.changed_at LIMIT $3""";

    private static final String ANY = "SELECT 1 AS one FROM ghee.uploads LIMIT 1";

    private final AppStatements statements;

    UploadStore(AppStatements statements) {
        this.statements = statements;
    }

    /**
     * How far a request has come.
     *
     * @param parts that are new
     * @param busy whether more of the same request may follow
     */
    record Progress(
            long offset,
            int nextPart,
            Upload.@Nullable Tail tail,
            byte[] sha256State,
            List<StoredPart> parts,
            boolean busy) {}

    void insert(AppState app, Upload upload) {
        statements.all(
                app,
                INSERT,
                Tuple.of(
                        upload.id(),
                        upload.key(),
                        upload.s3UploadId(),
                        upload.sizeBytes(),
                        upload.partBytes(),
                        upload.metadata()));
    }

    /** Empty when there is none, or it was given up. */
    Optional<Upload> find(AppState app, UUID id) {
        return statements.first(app, FIND, Tuple.of(id)).map(UploadStore::upload);
    }

    /** Makes the caller the only one who may go on from this offset; empty when that is not where the upload is. */
    Optional<Upload> claim(AppState app, UUID id, long offset, Duration lifetime) {
        return statements
                .first(app, CLAIM, Tuple.of(id, offset, (double) lifetime.toSeconds()))
                .map(UploadStore::upload);
    }

    /**
     * Before a part is stored that {@link #advance} will not tell of at once: nobody else uses its number then. False
     * when another request has overtaken this one.
     */
    boolean reservePart(AppState app, Upload upload) {
        return statements
                        .all(app, RESERVE_PART, Tuple.of(upload.id(), upload.epoch()))
                        .rowCount()
                > 0;
    }

    /** What was stored is safe from now on. False when another request has overtaken this one. */
    boolean advance(AppState app, Upload upload, Progress progress, Duration lifetime) {
        Upload.Tail tail = progress.tail();
        List<StoredPart> parts = progress.parts();
        Tuple values = Tuple.of(upload.id(), upload.epoch(), progress.offset(), progress.nextPart())
                .addString(tail == null ? null : tail.key())
                .addInteger(tail == null ? 0 : tail.sizeBytes())
                .addBuffer(Buffer.buffer(progress.sha256State()))
                .addBoolean(progress.busy())
                .addDouble((double) lifetime.toSeconds())
                .addArrayOfInteger(parts.stream().map(StoredPart::number).toArray(Integer[]::new))
                .addArrayOfString(parts.stream().map(StoredPart::etag).toArray(String[]::new))
                .addArrayOfInteger(
                        parts.stream().map(part -> (int) part.sizeBytes()).toArray(Integer[]::new));
        return statements.first(app, ADVANCE, values).isPresent();
    }

    /** The request has ended without anything new. */
    void idle(AppState app, Upload upload) {
        statements.all(app, IDLE, Tuple.of(upload.id(), upload.epoch()));
    }

    void delete(AppState app, UUID id) {
        statements.all(app, DELETE, Tuple.of(id));
    }

    List<StoredPart> parts(AppState app, UUID id) {
        List<StoredPart> parts = new ArrayList<>();
        statements
                .all(app, PARTS, Tuple.of(id))
                .forEach(row -> parts.add(
                        new StoredPart(row.getInteger("number"), row.getString("etag"), row.getInteger("size_bytes"))));
        return parts;
    }

    /**
     * Those that somebody has to look after.
     *
     * @param dead how long a complete one may take to become an object while its process lives
     * @param useful how long clients may ask for one that is an object
     */
    List<Upload> leftBehind(AppState app, Duration dead, Duration useful, int most) {
        List<Upload> left = new ArrayList<>();
        statements
                .all(app, LEFT_BEHIND, Tuple.of((double) dead.toSeconds(), (double) useful.toSeconds(), most))
                .forEach(row -> left.add(upload(row)));
        return left;
    }

    boolean any(AppState app) {
        return statements.first(app, ANY, Tuple.tuple()).isPresent();
    }

    private static Upload upload(Row row) {
        String tail = row.getString("tail_key");
        Buffer digest = row.getBuffer("sha256_state");
        OffsetDateTime expiry = row.getOffsetDateTime("expires_at");
        return new Upload(
                row.getUUID("id"),
                row.getString("s3_key"),
                row.getString("s3_upload_id"),
                row.getLong("size_bytes"),
                row.getInteger("part_bytes"),
                row.getString("metadata"),
                row.getLong("offset_bytes"),
                row.getLong("epoch"),
                row.getInteger("next_part"),
                tail == null ? null : new Upload.Tail(tail, row.getInteger("tail_bytes")),
                digest == null ? null : digest.getBytes(),
                "stored".equals(row.getString("status")),
                expiry == null ? null : expiry.toInstant());
    }
}
