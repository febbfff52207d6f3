package dev.ghee.storage.object;

import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is known of an object.
 *
 * @param userId whose it is; null for the app's own
 * @param key under which its bytes are in the object store
 * @param filename as the sender called it; never a path of ours
 * @param contentType {@code application/octet-stream} where the sender said none
 * @param sizeBytes as announced while pending, as measured when stored
 * @param etag of the bytes, without quotes; null while pending
 * @param sha256 in hex, where the bytes came through us
 * @param uploadId of an upload in parts that the object store knows of
 */
public record StoredObject(
        UUID id,
        @Nullable String userId,
        String key,
        String filename,
        String contentType,
        long sizeBytes,
        boolean isPublic,
        Status status,
        @Nullable String etag,
        @Nullable String sha256,
        @Nullable String uploadId,
        Instant createdAt) {

    /** What {@link #of} reads, in SQL. */
    public static final String COLUMNS = "id, user_id, key, filename, content_type, size_bytes, public, status, etag,"
            + " checksum_sha256, upload_id, created_at";

    /** Whether its bytes have arrived. */
    public enum Status {
        PENDING,
        STORED;

        /** As the database and the REST API write it. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A row of {@link #COLUMNS}. */
    public static StoredObject of(Row row) {
        return new StoredObject(
                row.getUUID("id"),
                row.getString("user_id"),
                row.getString("key"),
                row.getString("filename"),
                row.getString("content_type"),
                row.getLong("size_bytes"),
                row.getBoolean("public"),
                Status.valueOf(row.getString("status").toUpperCase(Locale.ROOT)),
                row.getString("etag"),
                row.getString("checksum_sha256"),
                row.getString("upload_id"),
                row.getOffsetDateTime("created_at").toInstant());
    }

    /** A {@code Content-Disposition} with the filename. @param how {@code inline} or {@code attachment} */
    public String disposition(String how) {
        return Filenames.disposition(how, filename);
    }

    public boolean stored() {
        return status == Status.STORED;
    }
}
