package dev.ghee.storage.resumable;

import dev.ghee.contracts.AppState;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.storage.s3.Bucket;
import dev.ghee.storage.s3.ObjectBytes;
import dev.ghee.storage.s3.PartBytes;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.bouncycastle.crypto.digests.SHA256Digest;

/** How an upload becomes an object, and what is cleared away after it. All of it may happen twice. */
@ApplicationScoped
class Endings {
    private static final String OCTETS = "application/octet-stream";
    private static final int PAGE = 1000;

    private final UploadStore uploads;
    private final ObjectBytes bytes;
    private final PartBytes parts;
    private final PendingObjects objects;
    private final ConcurrentHashMap<UUID, CompletableFuture<Void>> finishing = new ConcurrentHashMap<>();

    Endings(UploadStore uploads, ObjectBytes bytes, PartBytes parts, PendingObjects objects) {
        this.uploads = uploads;
        this.bytes = bytes;
        this.parts = parts;
        this.objects = objects;
    }

    /**
     * Makes an object of an upload whose bytes are all safe. Who comes while another is at it in this process waits for
     * that one. Fails with {@code RESOURCE_NOT_FOUND} when it was given up meanwhile.
     */
    void finish(AppState app, Upload upload) {
        var mine = new CompletableFuture<Void>();
        CompletableFuture<Void> others = finishing.putIfAbsent(upload.id(), mine);
        if (others != null) {
            join(others);
            return;
        }
        try {
            assemble(app, upload);
            mine.complete(null);
        } catch (RuntimeException e) {
            mine.completeExceptionally(e);
            throw e;
        } finally {
            finishing.remove(upload.id());
        }
    }

    private static void join(CompletableFuture<Void> others) {
        try {
            others.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof GheeException known ? known : new CompletionException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new GheeException(ErrorCode.SERVICE_BUSY, "The service is stopping", e);
        }
    }

    private void assemble(AppState app, Upload upload) {
        ObjectBytes.Stat stat = assembled(upload).orElseGet(() -> {
            complete(app, upload);
            return assembled(upload)
                    .orElseThrow(() -> new GheeException(ErrorCode.RESOURCE_NOT_FOUND, "The upload was given up"));
        });
        if (!objects.stored(app, upload.id(), stat, sha256(upload))) {
            bytes.delete(Bucket.OBJECTS, upload.key());
            throw new GheeException(ErrorCode.RESOURCE_NOT_FOUND, "The upload was given up");
        }
        clearTails(upload);
    }

    /** What is under the key, which no other object has, once the store has put the parts together. */
    private Optional<ObjectBytes.Stat> assembled(Upload upload) {
        return bytes.stat(Bucket.OBJECTS, upload.key()).filter(stat -> stat.sizeBytes() == upload.sizeBytes());
    }

    private void complete(AppState app, Upload upload) {
        String uploadId = upload.s3UploadId();
        if (uploadId == null) {
            bytes.put(Bucket.OBJECTS, upload.key(), new byte[0], OCTETS);
            return;
        }
        try {
            // Empty when a process that died had got so far.
            parts.complete(Bucket.OBJECTS, upload.key(), uploadId, uploads.parts(app, upload.id()));
        } catch (GheeException e) {
            if (assembled(upload).isEmpty()) {
                throw e;
            }
        }
        // Parts that a killed request had stored and not told of: some stores keep them.
        parts.abort(Bucket.OBJECTS, upload.key(), uploadId);
    }

    private static String sha256(Upload upload) {
        byte[] state = upload.sha256State();
        SHA256Digest digest = state == null ? new SHA256Digest() : new SHA256Digest(state);
        byte[] sum = new byte[digest.getDigestSize()];
        digest.doFinal(sum, 0);
        return HexFormat.of().formatHex(sum);
    }

    /** What is left of an upload that is over, whichever way it ended. */
    void clear(AppState app, Upload upload) {
        clearTails(upload);
        uploads.delete(app, upload.id());
    }

    /** Those of requests that were killed, too. */
    void clearTails(Upload upload) {
        List<String> tails = bytes.list(Bucket.OBJECTS, upload.tails(), null, PAGE).stream()
                .map(ObjectBytes.Entry::key)
                .toList();
        if (!tails.isEmpty()) {
            bytes.delete(Bucket.OBJECTS, tails);
        }
    }
}
