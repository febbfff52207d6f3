package dev.ghee.storage.s3;

import static dev.ghee.storage.s3.S3Client.await;
import static dev.ghee.storage.s3.S3Client.require;

import com.google.common.collect.HashMultimap;
import com.google.common.collect.Multimap;
import dev.ghee.storage.s3.S3Client.MissingException;
import io.minio.messages.ListMultipartUploadsResult;
import io.minio.messages.ListPartsResult;
import io.minio.messages.Part;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Objects that are made of parts. What is not completed is no object, but takes room until it is aborted. Every method
 * waits for the store, so call them on virtual threads only. All fail with {@code S3_ERROR}.
 */
@ApplicationScoped
public class PartBytes {
    /** S3's own limit; the last part may be smaller. */
    public static final long LEAST_PART_BYTES = 5L * 1024 * 1024;

    /** S3's own limit. */
    public static final int MOST_PARTS = 10_000;

    private final S3Client s3;

    PartBytes(S3Client s3) {
        this.s3 = s3;
    }

    /** A part that the store has; {@code sizeBytes} is 0 where only its ETag is known. */
    public record StoredPart(int number, String etag, long sizeBytes) {}

    /** An upload that has neither been completed nor aborted. */
    public record Begun(String key, String uploadId, Instant since) {}

    /** Returns the upload's id. */
    public String begin(Bucket bucket, String key, String contentType) {
        Multimap<String, String> headers = HashMultimap.create();
        headers.put("Content-Type", contentType);
        return require(() -> s3.inner().createMultipartUploadAsync(s3.name(bucket), null, key, headers, null))
                .result()
                .uploadId();
    }

    /**
     * Puts a part; once more replaces it. Empty when there is no such upload.
     *
     * @param number from 1
     */
    public Optional<StoredPart> put(Bucket bucket, String key, String uploadId, int number, byte[] bytes) {
        try {
            String etag = await(() -> s3.inner()
                            .uploadPartAsync(
                                    s3.name(bucket), null, key, bytes, bytes.length, uploadId, number, null, null))
                    .etag();
            return Optional.of(new StoredPart(number, etag, bytes.length));
        } catch (MissingException e) {
            return Optional.empty();
        }
    }

    /** The parts that the store has, by number; empty when there is no such upload (some stores know no parts then). */
    public Optional<List<StoredPart>> parts(Bucket bucket, String key, String uploadId) {
        List<StoredPart> parts = new ArrayList<>();
        Integer after = 0;
        try {
            while (after != null) {
                Integer marker = after;
                ListPartsResult page = await(() -> s3.inner()
                                .listPartsAsync(s3.name(bucket), null, key, null, marker, uploadId, null, null))
                        .result();
                for (Part part : page.partList()) {
                    parts.add(new StoredPart(part.partNumber(), part.etag().replace("\"", ""), part.partSize()));
                }
                after = page.isTruncated() && page.nextPartNumberMarker() > marker ? page.nextPartNumberMarker() : null;
            }
            return Optional.of(parts);
        } catch (MissingException e) {
            return Optional.empty();
        }
    }

    /** Makes the object of these parts; returns its ETag, or nothing when there is no such upload. */
    public Optional<String> complete(Bucket bucket, String key, String uploadId, List<StoredPart> parts) {
        Part[] wanted =
                parts.stream().map(part -> new Part(part.number(), part.etag())).toArray(Part[]::new);
        try {
            return Optional.of(await(() -> s3.inner()
                            .completeMultipartUploadAsync(s3.name(bucket), null, key, uploadId, wanted, null, null))
                    .etag()
                    .replace("\"", ""));
        } catch (MissingException e) {
            return Optional.empty();
        }
    }

    /** Gives the parts up; an upload that is not there is aborted already. */
    public void abort(Bucket bucket, String key, String uploadId) {
        try {
            await(() -> s3.inner().abortMultipartUploadAsync(s3.name(bucket), null, key, uploadId, null, null));
        } catch (MissingException e) {
            // As wanted.
        }
    }

    /** Uploads in progress whose key begins with the prefix. */
    public List<Begun> begun(Bucket bucket, @Nullable String prefix) {
        ListMultipartUploadsResult page = require(() -> s3.inner()
                        .listMultipartUploadsAsync(
                                s3.name(bucket), null, null, null, null, 1000, prefix, null, null, null))
                .result();
        return page.uploads().stream()
                .map(upload -> new Begun(
                        upload.objectName(),
                        upload.uploadId(),
                        upload.initiated().toInstant()))
                .toList();
    }
}
