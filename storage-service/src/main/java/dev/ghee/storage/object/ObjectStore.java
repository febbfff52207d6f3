package dev.ghee.storage.object;

import dev.ghee.contracts.AppState;
import dev.ghee.storage.database.AppSql;
import dev.ghee.storage.database.Batches;
import dev.ghee.storage.object.Reservations.Room;
import dev.ghee.tenancy.caller.Caller;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Objects of apps. Who may do what, and how much there may be, is decided here and nowhere else. From any thread. Every
 * method fails with {@code EXTERNAL_DB_ERROR}, and with 404 {@code APP_NOT_FOUND} for whoever has nothing to do with
 * the app; what a caller may not see is not there.
 */
@ApplicationScoped
public class ObjectStore {
    private static final String FIND = "SELECT " + StoredObject.COLUMNS + " FROM ghee.objects WHERE id = ANY($1)";
    private static final String CHANGE = """
            UPDATE ghee.objects SET filename = coalesce($2, filename), public = coalesce($3, public)
             WHERE id = $1 AND status = 'stored' RETURNING\s""" + StoredObject.COLUMNS;
    private static final String DELETE =
            "DELETE FROM ghee.objects WHERE id = $1 AND ($2::text IS NULL OR user_id = $2) RETURNING id";

    private static final String BEGUN = "UPDATE ghee.objects SET upload_id = $2 WHERE id = $1 AND status = 'pending'";
    private static final String GIVE_UP = "DELETE FROM ghee.objects WHERE id = $1 AND status = 'pending'";

    private final AppSql sql;
    private final Reservations reservations;
    private final Arrivals arrivals;
    private final Batches<UUID, Optional<StoredObject>> finding;
    private final List<Consumer<AppState>> listeners = new CopyOnWriteArrayList<>();

    ObjectStore(AppSql sql, Reservations reservations, Arrivals arrivals) {
        this.sql = sql;
        this.reservations = reservations;
        this.arrivals = arrivals;
        this.finding = new Batches<>(sql, this::findAll);
    }

    /**
     * Makes room for an object that the caller is to upload. Fails with {@code QUOTA_FILE_SIZE_EXCEEDED},
     * {@code VALIDATION_INVALID_TYPE} and {@code QUOTA_STORAGE_EXCEEDED}.
     */
    public Future<StoredObject> reserve(AppState app, Caller caller, NewObject object) {
        return room(app, caller, object).map(Room::object);
    }

    Future<Room> room(AppState app, Caller caller, NewObject object) {
        return checked(() -> {
            String user = Standing.changing(caller, app).onlyOf();
            object.requireAccepted(app.storageRules());
            return reservations.reserve(app, user, object).onSuccess(_ -> changed(app));
        });
    }

    /**
     * Makes known that all bytes of a pending object have arrived; once more changes nothing. Empty when the object is
     * gone: then its bytes are deleted in time.
     *
     * @param etag the object store's
     * @param sha256 in hex, where the bytes came through us
     */
    public Future<Optional<StoredObject>> markStored(
            AppState app, UUID id, long sizeBytes, String etag, @Nullable String sha256) {
        return arrivals.stored(app, id, sizeBytes, etag, sha256).onSuccess(_ -> changed(app));
    }

    /**
     * Whose objects the caller may change, null for everybody's. Fails with {@code APP_NOT_FOUND}, and with
     * {@code AUTH_FORBIDDEN} for members who may only look.
     */
    public @Nullable String ownedBy(AppState app, Caller caller) {
        return Standing.changing(caller, app).onlyOf();
    }

    /** A pending object's bytes come in parts: giving the object up ends that upload in the object store, too. */
    public Future<Void> begun(AppState app, UUID id, String uploadId) {
        return sql.run(app, BEGUN, Tuple.of(id, uploadId)).mapEmpty();
    }

    /** Gives a pending object up, with whatever of its bytes has arrived; not one that is stored. */
    public Future<Void> giveUp(AppState app, UUID id) {
        return sql.run(app, GIVE_UP, Tuple.of(id)).onSuccess(_ -> changed(app)).mapEmpty();
    }

    /** The object, if the caller may read it and its bytes have arrived. Fails with {@code S3_ERROR}. */
    public Future<Optional<StoredObject>> readable(AppState app, Caller caller, UUID id) {
        return checked(() -> {
            Standing standing = Standing.of(caller, app);
            return finding.ask(app, id).compose(found -> {
                StoredObject object =
                        found.filter(one -> standing.mayRead(one, app)).orElse(null);
                if (object == null) {
                    return Future.succeededFuture(Optional.empty());
                }
                return object.stored()
                        ? Future.succeededFuture(Optional.of(object))
                        : arrivals.look(app, object).onSuccess(_ -> changed(app));
            });
        });
    }

    /** The object, pending or stored, if the caller may change it. */
    public Future<Optional<StoredObject>> writable(AppState app, Caller caller, UUID id) {
        return checked(() -> {
            Standing standing = Standing.changing(caller, app);
            return finding.ask(app, id).map(found -> found.filter(standing::mayChange));
        });
    }

    /** Looks whether the bytes of an object have arrived that the caller may change; empty when not. */
    Future<Optional<StoredObject>> confirm(AppState app, Caller caller, UUID id) {
        return writable(app, caller, id)
                .compose(found -> found.isEmpty()
                        ? Future.succeededFuture(found)
                        : arrivals.look(app, found.get()).onSuccess(_ -> changed(app)));
    }

    /** Changes what is not null of an object that the caller may change; empty when there is none. */
    Future<Optional<StoredObject>> change(
            AppState app, Caller caller, UUID id, @Nullable String filename, @Nullable Boolean isPublic) {
        return confirm(app, caller, id)
                .compose(found -> found.isEmpty()
                        ? Future.succeededFuture(found)
                        : sql.run(app, CHANGE, Tuple.of(id, filename, isPublic)).map(rows -> {
                            changed(app);
                            var rest = rows.iterator();
                            return rest.hasNext() ? Optional.of(StoredObject.of(rest.next())) : Optional.empty();
                        }));
    }

    /** Deletes an object that the caller may change; its bytes follow at once. False when there is none. */
    Future<Boolean> delete(AppState app, Caller caller, UUID id) {
        return checked(() -> {
            String user = Standing.changing(caller, app).onlyOf();
            return sql.run(app, DELETE, Tuple.of(id, user)).map(rows -> {
                boolean deleted = rows.size() > 0;
                if (deleted) {
                    changed(app);
                }
                return deleted;
            });
        });
    }

    /** Called after a change that somebody has to follow up; be quick. */
    public void onChange(Consumer<AppState> listener) {
        listeners.add(listener);
    }

    /** Says that rows of the app's objects have been changed by other ways than this class. */
    public void changed(AppState app) {
        listeners.forEach(listener -> listener.accept(app));
    }

    private Future<List<Optional<StoredObject>>> findAll(AppState app, List<UUID> ids) {
        return sql.run(app, FIND, Tuple.of(ids.toArray(UUID[]::new))).map(rows -> {
            Map<UUID, StoredObject> found = new HashMap<>();
            for (Row row : rows) {
                StoredObject object = StoredObject.of(row);
                found.put(object.id(), object);
            }
            return ids.stream().map(id -> Optional.ofNullable(found.get(id))).toList();
        });
    }

    /** What refuses at once fails like everything else. */
    private static <T> Future<T> checked(java.util.function.Supplier<Future<T>> work) {
        try {
            return work.get();
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }
}
