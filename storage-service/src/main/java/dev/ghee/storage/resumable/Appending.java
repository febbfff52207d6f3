package dev.ghee.storage.resumable;

import dev.ghee.contracts.AppState;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.storage.s3.PartBytes.StoredPart;
import io.vertx.core.buffer.Buffer;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.jspecify.annotations.Nullable;

/**
 * One request's bytes on their way into the object store. Full parts are stored as they fill; what is left at the end of
 * the request is stored as the upload's tail, which the next request begins its first part with. An offset is written
 * down only after its bytes were stored, so what clients are told is never less than what is safe to go on from.
 *
 * <p>With a checksum, nothing is written down before all bytes have proved right.
 */
final class Appending implements Closeable {
    private final AppState app;
    private final Upload upload;
    private final Storing storing;
    private final @Nullable Checksum checksum;
    private final Spool spool;
    private final SHA256Digest sha256;
    private final List<StoredPart> fresh = new ArrayList<>();

    private long received;
    private long safe;
    private int nextPart;
    private Upload.@Nullable Tail tail;

    /** @param upload as it was claimed for this request */
    Appending(AppState app, Upload upload, Storing storing, @Nullable Checksum checksum) throws IOException {
        this.app = app;
        this.upload = upload;
        this.storing = storing;
        this.checksum = checksum;
        this.received = upload.offset();
        this.safe = upload.offset();
        this.nextPart = upload.nextPart();
        this.tail = upload.tail();
        byte[] state = upload.sha256State();
        this.sha256 = state == null ? new SHA256Digest() : new SHA256Digest(state);
        this.spool = storing.spool();
        if (tail != null) {
            storing.readTail(tail, spool);
        }
    }

    /** How many bytes of the upload are safe in the object store. */
    long safe() {
        return safe;
    }

    /** Fails with 413 {@code REQUEST_ERROR}, taking nothing, when the upload would be longer than it was said to be. */
    void take(Buffer piece) throws IOException {
        if (received + piece.length() > upload.sizeBytes()) {
            throw new GheeException(
                            ErrorCode.REQUEST_ERROR, "The upload has " + upload.sizeBytes() + " bytes, and not more")
                    .withStatus(413);
        }
        byte[] bytes = piece.getBytes();
        int from = 0;
        while (from < bytes.length) {
            if (spool.size() == upload.partBytes()) {
                storePart();
                if (checksum == null) {
                    advance(null, true);
                }
            }
            int length = Math.min(upload.partBytes() - spool.size(), bytes.length - from);
            spool.append(ByteBuffer.wrap(bytes, from, length));
            from += length;
            received += length;
            sha256.update(bytes, from - length, length);
        }
        if (checksum != null) {
            checksum.digest().update(bytes);
        }
    }

    /** All that was taken becomes safe. Fails with status 460 when its checksum is another one, and takes nothing then. */
    void end() throws IOException {
        if (checksum != null && !checksum.matches()) {
            abandon();
            throw new GheeException(ErrorCode.UPLOAD_CHECKSUM_MISMATCH, "The bytes do not have the checksum");
        }
        if (received == upload.offset()) {
            abandon();
        } else if (spool.size() == upload.partBytes() || received == upload.sizeBytes()) {
            storePart();
            advance(null, false);
        } else {
            advance(storing.storeTail(upload, spool), false);
        }
    }

    /** The request broke off: what can be kept is kept. Bytes whose checksum nobody can tell any more cannot. */
    void breakOff() throws IOException {
        if (checksum == null) {
            end();
        } else {
            abandon();
        }
    }

    /** Nothing more becomes safe. */
    void abandon() {
        storing.idle(app, upload);
    }

    private void storePart() throws IOException {
        int number = nextPart;
        if (checksum != null && !storing.reservePart(app, upload)) {
            throw overtaken();
        }
        fresh.add(storing.storePart(upload, number, spool));
        nextPart = number + 1;
    }

    private void advance(Upload.@Nullable Tail newTail, boolean busy) {
        var progress = new UploadStore.Progress(
                received, nextPart, newTail, sha256.getEncodedState(), List.copyOf(fresh), busy);
        if (!storing.advance(app, upload, progress)) {
            throw overtaken();
        }
        safe = received;
        fresh.clear();
        Upload.Tail old = tail;
        tail = newTail;
        if (old != null && !Objects.equals(old, newTail)) {
            storing.drop(old);
        }
    }

    private static GheeException overtaken() {
        return new GheeException(ErrorCode.UPLOAD_CONFLICT, "Another request goes on with the upload, or it was ended");
    }

    @Override
    public void close() throws IOException {
        spool.close();
    }
}
