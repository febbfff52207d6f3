package dev.ghee.storage.resumable;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.storage.request.Requests.Acting;
import dev.ghee.storage.upkeep.Upkeep;
import io.vertx.core.buffer.Buffer;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What clients do with uploads. All of it waits, so on virtual threads only.
 *
 * <p>Nobody holds a lock: of two requests that bring bytes for one upload, the later one goes on, and the earlier one,
 * wherever it runs, finds at its next step that its bytes count no more. A client whose connection was cut thus never
 * waits for the server to notice.
 */
@ApplicationScoped
class Uploads {
    private static final Logger LOG = Logger.getLogger(Uploads.class);

    private final UploadStore store;
    private final Storing storing;
    private final Endings endings;
    private final PendingObjects objects;
    private final Upkeep upkeep;
    private final ResumableConfig config;
    private final Semaphore places;
    private final ConcurrentHashMap<AppId, Semaphore> placesOfApps = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<UUID, RequestBody> reading = new ConcurrentHashMap<>();

    Uploads(
            UploadStore store,
            Storing storing,
            Endings endings,
            PendingObjects objects,
            Upkeep upkeep,
            ResumableConfig config) {
        this.store = store;
        this.storing = storing;
        this.endings = endings;
        this.objects = objects;
        this.upkeep = upkeep;
        this.config = config;
        this.places = new Semaphore(config.atOnce());
    }

    static GheeException noUpload() {
        return new GheeException(ErrorCode.RESOURCE_NOT_FOUND, "There is no such upload");
    }

    /** Reserves room for the file; brings its first bytes, or all of them, when the request has some. */
    Upload create(Acting acting, TusRequest request, RequestBody body) throws IOException {
        long size = request.uploadLength();
        Metadata metadata = Metadata.of(request.metadata());
        Checksum checksum = Checksum.of(request.checksum());
        if (request.bringsBytes()) {
            request.requireRoom(size);
        }
        Upload upload = objects.reserve(acting, metadata, size, config.lifetime());
        store.insert(acting.app(), upload);
        upkeep.expect(acting.app().appId());
        if (size == 0) {
            endings.finish(acting.app(), upload);
            return upload;
        }
        return request.bringsBytes() ? append(acting.app(), upload, checksum, body) : upload;
    }

    /** Where the upload stands. One that a dead process left complete becomes an object first. */
    Upload look(Acting acting, UUID id) {
        Upload upload = mine(acting, id);
        if (upload.complete() && !upload.stored()) {
            endings.finish(acting.app(), upload);
        }
        return upload;
    }

    Upload append(Acting acting, UUID id, TusRequest request, RequestBody body) throws IOException {
        Upload upload = mine(acting, id);
        Checksum checksum = Checksum.of(request.checksum());
        long offset = request.uploadOffset();
        if (offset != upload.offset()) {
            throw elsewhere(upload.offset());
        }
        request.requireRoom(upload.sizeBytes() - offset);
        if (upload.complete()) {
            return look(acting, id);
        }
        upkeep.expect(acting.app().appId());
        return append(acting.app(), upload, checksum, body);
    }

    private Upload append(AppState app, Upload upload, @Nullable Checksum checksum, RequestBody body)
            throws IOException {
        Semaphore ofApp = placesOfApps.computeIfAbsent(app.appId(), _ -> new Semaphore(config.perApp()));
        if (!ofApp.tryAcquire()) {
            throw busy();
        }
        try {
            if (!places.tryAcquire()) {
                throw busy();
            }
            try {
                return claimed(app, upload, checksum, body);
            } finally {
                places.release();
            }
        } finally {
            ofApp.release();
        }
    }

    private Upload claimed(AppState app, Upload seen, @Nullable Checksum checksum, RequestBody body)
            throws IOException {
        Upload upload = store.claim(app, seen.id(), seen.offset(), config.lifetime())
                .orElseThrow(() -> elsewhere(store.find(app, seen.id())
                        .orElseThrow(Uploads::noUpload)
                        .offset()));
        RequestBody before = reading.put(upload.id(), body);
        if (before != null) {
            before.overtaken();
        }
        try (var appending = new Appending(app, upload, storing, checksum)) {
            read(body, appending);
        } catch (GheeException e) {
            endedMeanwhile(app, upload);
            throw e;
        } finally {
            reading.remove(upload.id(), body);
        }
        Upload now = store.find(app, upload.id()).orElseThrow(Uploads::noUpload);
        if (now.complete() && !now.stored()) {
            endings.finish(app, now);
        }
        return now;
    }

    private void read(RequestBody body, Appending appending) throws IOException {
        try {
            Optional<Buffer> piece = body.next(config.patience());
            while (piece.isPresent()) {
                appending.take(piece.get());
                piece = body.next(config.patience());
            }
        } catch (RequestBody.BrokenException e) {
            LOG.debugf("A request broke off: cause=%s", e.getMessage());
            appending.breakOff();
            throw new GheeException(ErrorCode.REQUEST_ERROR, "The request broke off: " + e.getMessage(), e)
                    .withStatus(408);
        }
        appending.end();
    }

    /** A part that was under way when its upload was given up is nobody's: some stores keep it. */
    private void endedMeanwhile(AppState app, Upload upload) {
        if (store.find(app, upload.id()).isEmpty()) {
            objects.abandoned(upload);
        }
    }

    /** Gives an upload up, with its bytes; one that is an object already is only forgotten. */
    void terminate(Acting acting, UUID id) {
        Upload upload = mine(acting, id);
        if (!upload.stored()) {
            objects.giveUp(acting.app(), id);
        }
        RequestBody body = reading.get(id);
        if (body != null) {
            body.overtaken();
        }
        endings.clear(acting.app(), upload);
        if (!upload.stored()) {
            // At once; what follows from giving an object up would do it as well.
            objects.abandoned(upload);
        }
    }

    /** Fails with {@code RESOURCE_NOT_FOUND} for others' as well. */
    private Upload mine(Acting acting, UUID id) {
        if (!objects.mayChange(acting, id)) {
            throw noUpload();
        }
        return store.find(acting.app(), id).orElseThrow(Uploads::noUpload);
    }

    private static GheeException elsewhere(long offset) {
        return new GheeException(ErrorCode.UPLOAD_CONFLICT, "The upload goes on at offset " + offset)
                .withHeader("Upload-Offset", Long.toString(offset));
    }

    private static GheeException busy() {
        return new GheeException(ErrorCode.SERVICE_BUSY, "Too many uploads are under way")
                .withHeader("Retry-After", "5");
    }
}
