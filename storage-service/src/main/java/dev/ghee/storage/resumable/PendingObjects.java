package dev.ghee.storage.resumable;

import static dev.ghee.storage.database.AppSql.await;

import dev.ghee.contracts.AppState;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.storage.object.NewObject;
import dev.ghee.storage.object.ObjectStore;
import dev.ghee.storage.object.StoredObject;
import dev.ghee.storage.request.Requests.Acting;
import dev.ghee.storage.s3.Bucket;
import dev.ghee.storage.s3.ObjectBytes;
import dev.ghee.storage.s3.PartBytes;
import dev.ghee.storage.s3.PartSizes;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;

/** The objects that uploads are to become. Waits, so on virtual threads only. */
@ApplicationScoped
class PendingObjects {
    private static final String NO_NAME = "upload";

    private final ObjectStore objects;
    private final PartBytes parts;

    PendingObjects(ObjectStore objects, PartBytes parts) {
        this.objects = objects;
        this.parts = parts;
    }

    /** Room in the app, and an upload in the object store. Fails as {@link ObjectStore#reserve} does. */
    Upload reserve(Acting acting, Metadata metadata, long sizeBytes, Duration lifetime) {
        AppState app = acting.app();
        StoredObject object = room(acting, metadata, sizeBytes, lifetime);
        String uploadId = null;
        if (sizeBytes > 0) {
            try {
                uploadId = parts.begin(Bucket.OBJECTS, object.key(), object.contentType());
                // From here on, whatever gives the object up ends the upload in the object store, too.
                await(objects.begun(app, object.id(), uploadId));
            } catch (GheeException e) {
                await(objects.giveUp(app, object.id()));
                throw e;
            }
        }
        return new Upload(
                object.id(),
                object.key(),
                uploadId,
                sizeBytes,
                PartSizes.of(sizeBytes),
                metadata.header(),
                0,
                0,
                1,
                null,
                null,
                false,
                Instant.now().plus(lifetime));
    }

    private StoredObject room(Acting acting, Metadata metadata, long sizeBytes, Duration lifetime) {
        try {
            return await(objects.reserve(
                    acting.app(),
                    acting.caller(),
                    new NewObject(
                            Objects.requireNonNullElse(metadata.filename(), NO_NAME),
                            metadata.contentType(),
                            sizeBytes,
                            metadata.isPublic(),
                            lifetime,
                            null)));
        } catch (GheeException e) {
            throw e.code() == ErrorCode.QUOTA_FILE_SIZE_EXCEEDED ? e.withStatus(413) : e;
        }
    }

    /** Fails with 404 {@code APP_NOT_FOUND} for whoever has nothing to do with the app. */
    boolean mayChange(Acting acting, UUID id) {
        return await(objects.writable(acting.app(), acting.caller(), id)).isPresent();
    }

    /** False when the object was given up meanwhile: its bytes follow it. */
    boolean stored(AppState app, UUID id, ObjectBytes.Stat stat, String sha256) {
        return await(objects.markStored(app, id, stat.sizeBytes(), stat.etag(), sha256))
                .isPresent();
    }

    void giveUp(AppState app, UUID id) {
        await(objects.giveUp(app, id));
    }

    /** Ends the upload in the object store once more, for a part that came after it was ended. */
    void abandoned(Upload upload) {
        String uploadId = upload.s3UploadId();
        if (uploadId != null) {
            parts.abort(Bucket.OBJECTS, upload.key(), uploadId);
        }
    }
}
