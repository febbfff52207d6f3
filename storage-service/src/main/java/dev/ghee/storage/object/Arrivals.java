package dev.ghee.storage.object;

import dev.ghee.contracts.AppState;
import dev.ghee.errors.GheeException;
import dev.ghee.storage.database.AppSql;
import dev.ghee.storage.s3.Bucket;
import dev.ghee.storage.s3.ObjectBytes;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Whether the bytes of pending objects have arrived: the object store is asked, since the upload does not pass through
 * us. Whoever asks first, a reader or a sweep, makes it known.
 */
@ApplicationScoped
public class Arrivals {
    private static final String STORE = """
            UPDATE ghee.objects SET status = 'stored', stored_at = coalesce(stored_at, clock_timestamp()),
                   expires_at = NULL, upload_id = NULL, size_bytes = $2, etag = $3, checksum_sha256 = $4
             WHERE id = $1 AND (status = 'pending' OR (checksum_sha256 IS NULL AND $4::text IS NOT NULL)) RETURNING\s""" + StoredObject.COLUMNS;
    private static final String FIND = "SELECT " + StoredObject.COLUMNS + " FROM ghee.objects WHERE id = $1";
    private static final String GIVE_UP = "DELETE FROM ghee.objects WHERE id = $1 AND status = 'pending'";
    private static final int MOST_AT_ONCE = 64;

    private final AppSql sql;
    private final ObjectBytes bytes;
    private final Vertx vertx;
    private final Semaphore room = new Semaphore(MOST_AT_ONCE);
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("arrivals-", 0).factory());

    Arrivals(AppSql sql, ObjectBytes bytes, Vertx vertx) {
        this.sql = sql;
        this.bytes = bytes;
        this.vertx = vertx;
    }

    /**
     * The object as it is now, when its bytes have arrived; empty when they have not, or it is gone. Bytes of another
     * length than announced count as none, and are deleted. Fails with {@code S3_ERROR} and {@code EXTERNAL_DB_ERROR}.
     */
    Future<Optional<StoredObject>> look(AppState app, StoredObject object) {
        if (object.stored()) {
            return Future.succeededFuture(Optional.of(object));
        }
        Promise<Optional<StoredObject>> seen = ((ContextInternal) vertx.getOrCreateContext()).promise();
        threads.execute(() -> {
            try {
                seen.complete(lookNow(app, object));
            } catch (GheeException e) {
                seen.fail(e);
            }
        });
        return seen.future();
    }

    /** As {@link #look}, for virtual threads. */
    public Optional<StoredObject> lookNow(AppState app, StoredObject object) {
        Optional<ObjectBytes.Stat> found;
        room.acquireUninterruptibly();
        try {
            found = bytes.stat(Bucket.OBJECTS, object.key());
        } finally {
            room.release();
        }
        if (found.isEmpty()) {
            return Optional.empty();
        }
        ObjectBytes.Stat stat = found.get();
        if (stat.sizeBytes() != object.sizeBytes()) {
            AppSql.await(sql.run(app, GIVE_UP, Tuple.of(object.id())));
            return Optional.empty();
        }
        return AppSql.await(stored(app, object.id(), stat.sizeBytes(), stat.etag(), null));
    }

    /** Makes it known; empty when the object is gone. Once more changes nothing. */
    Future<Optional<StoredObject>> stored(AppState app, UUID id, long sizeBytes, String etag, @Nullable String sha256) {
        return sql.run(app, STORE, Tuple.of(id, sizeBytes, etag, sha256)).compose(rows -> {
            Optional<StoredObject> done = first(rows);
            return done.isPresent()
                    ? Future.succeededFuture(done)
                    : sql.run(app, FIND, Tuple.of(id)).map(found -> first(found).filter(StoredObject::stored));
        });
    }

    private static Optional<StoredObject> first(RowSet<Row> rows) {
        var rest = rows.iterator();
        return rest.hasNext() ? Optional.of(StoredObject.of(rest.next())) : Optional.empty();
    }
}
