package dev.ghee.storage.resumable;

import dev.ghee.contracts.AppState;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.storage.s3.Bucket;
import dev.ghee.storage.s3.ObjectBytes;
import dev.ghee.storage.s3.PartBytes;
import dev.ghee.storage.s3.PartBytes.StoredPart;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import org.jboss.logging.Logger;

/** Where the bytes of a request go, and where that is written down. Waits for both, so on virtual threads only. */
@ApplicationScoped
class Storing {
    private static final Logger LOG = Logger.getLogger(Storing.class);
    private static final int PIECE_BYTES = 64 * 1024;
    private static final String OCTETS = "application/octet-stream";

    private final UploadStore uploads;
    private final ObjectBytes bytes;
    private final PartBytes parts;
    private final ResumableConfig config;
    private final Semaphore inMemory;

    Storing(UploadStore uploads, ObjectBytes bytes, PartBytes parts, ResumableConfig config) {
        this.uploads = uploads;
        this.bytes = bytes;
        this.parts = parts;
        this.config = config;
        this.inMemory = new Semaphore(config.storingAtOnce(), true);
    }

    Spool spool() throws IOException {
        return new Spool(config.directory());
    }

    /** Fails with {@code UPLOAD_CONFLICT} when the store has given the upload up. */
    StoredPart storePart(Upload upload, int number, Spool spool) throws IOException {
        String uploadId = Objects.requireNonNull(upload.s3UploadId(), "An upload with bytes has parts");
        inMemory.acquireUninterruptibly();
        try {
            StoredPart part = parts.put(Bucket.OBJECTS, upload.key(), uploadId, number, spool.content())
                    .orElseThrow(() -> new GheeException(ErrorCode.UPLOAD_CONFLICT, "The upload was ended"));
            spool.clear();
            return part;
        } finally {
            inMemory.release();
        }
    }

    /** Under a name that no other request uses. */
    Upload.Tail storeTail(Upload upload, Spool spool) throws IOException {
        String key = upload.tails() + upload.epoch();
        inMemory.acquireUninterruptibly();
        try {
            bytes.put(Bucket.OBJECTS, key, spool.content(), OCTETS);
            return new Upload.Tail(key, spool.size());
        } finally {
            inMemory.release();
        }
    }

    void readTail(Upload.Tail tail, Spool spool) throws IOException {
        try (ObjectBytes.Content content = bytes.get(Bucket.OBJECTS, tail.key())
                .orElseThrow(() -> new GheeException(
                        ErrorCode.UPLOAD_CONFLICT, "Another request goes on with the upload, or it was ended"))) {
            byte[] piece = new byte[PIECE_BYTES];
            for (int n = content.bytes().read(piece);
                    n >= 0;
                    n = content.bytes().read(piece)) {
                spool.append(ByteBuffer.wrap(piece, 0, n));
            }
        }
        if (spool.size() != tail.sizeBytes()) {
            throw new IOException("The tail of an upload has " + spool.size() + " bytes, not " + tail.sizeBytes());
        }
    }

    /** Whoever clears the upload away finds it, should this fail. */
    void drop(Upload.Tail tail) {
        try {
            bytes.delete(Bucket.OBJECTS, tail.key());
        } catch (GheeException e) {
            LOG.debugf("A tail stays until its upload ends: key=%s cause=%s", tail.key(), e);
        }
    }

    boolean reservePart(AppState app, Upload upload) {
        return uploads.reservePart(app, upload);
    }

    boolean advance(AppState app, Upload upload, UploadStore.Progress progress) {
        return uploads.advance(app, upload, progress, config.lifetime());
    }

    void idle(AppState app, Upload upload) {
        uploads.idle(app, upload);
    }
}
