package dev.ghee.storage.s3;

import static dev.ghee.storage.s3.S3Client.await;
import static dev.ghee.storage.s3.S3Client.require;

import dev.ghee.storage.s3.S3Client.MissingException;
import io.minio.CopyObjectArgs;
import io.minio.CopySource;
import io.minio.GetObjectArgs;
import io.minio.GetObjectResponse;
import io.minio.ListObjectsArgs;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import io.minio.RemoveObjectsArgs;
import io.minio.Result;
import io.minio.StatObjectArgs;
import io.minio.StatObjectResponse;
import io.minio.UploadObjectArgs;
import io.minio.messages.DeleteObject;
import io.minio.messages.Item;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Bytes in the store. Every method waits for the store, so call them on virtual threads only. All fail with
 * {@code S3_ERROR}.
 */
@ApplicationScoped
public class ObjectBytes {
    private static final long PART_BYTES = 16L * 1024 * 1024;
    /** S3's own limit. */
    private static final int MOST_DELETED_AT_ONCE = 1000;

    private final S3Client s3;

    ObjectBytes(S3Client s3) {
        this.s3 = s3;
    }

    /**
     * What the store knows of an object.
     *
     * @param etag without quotes; the content's MD5 unless it came in parts
     */
    public record Stat(long sizeBytes, String etag, String contentType, Instant modified) {}

    /**
     * An object's content, or a part of it; to be closed.
     *
     * @param sizeBytes of this part
     */
    public record Content(InputStream bytes, long sizeBytes, String etag) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            bytes.close();
        }
    }

    /** One name of a listing. */
    public record Entry(String key, long sizeBytes, String etag, Instant modified) {}

    /** Empty when there is no such object. */
    public Optional<Stat> stat(Bucket bucket, String key) {
        try {
            StatObjectResponse found = await(() -> s3.inner()
                    .statObject(StatObjectArgs.builder()
                            .bucket(s3.name(bucket))
                            .object(key)
                            .build()));
            return Optional.of(new Stat(
                    found.size(),
                    found.etag(),
                    Objects.requireNonNullElse(found.contentType(), "application/octet-stream"),
                    found.lastModified().toInstant()));
        } catch (MissingException e) {
            return Optional.empty();
        }
    }

    /** Puts the whole content; returns its ETag. The stream is not closed. */
    public String put(Bucket bucket, String key, InputStream bytes, long sizeBytes, String contentType) {
        return require(() -> s3.inner()
                        .putObject(
                                PutObjectArgs.builder().bucket(s3.name(bucket)).object(key).stream(bytes, sizeBytes, -1)
                                        .contentType(contentType)
                                        .build()))
                .etag();
    }

    /** Puts the whole content; returns its ETag. */
    public String put(Bucket bucket, String key, byte[] bytes, String contentType) {
        return put(bucket, key, new ByteArrayInputStream(bytes), bytes.length, contentType);
    }

    /** Puts a file; returns its ETag. */
    public String put(Bucket bucket, String key, Path file, String contentType) throws IOException {
        UploadObjectArgs args = UploadObjectArgs.builder()
                .bucket(s3.name(bucket))
                .object(key)
                .filename(file.toString(), PART_BYTES)
                .contentType(contentType)
                .build();
        return require(() -> s3.inner().uploadObject(args)).etag();
    }

    /** Empty when there is no such object. */
    public Optional<Content> get(Bucket bucket, String key) {
        return get(bucket, key, 0, null);
    }

    /**
     * Empty when there is no such object.
     *
     * @param length null for all that follows
     */
    public Optional<Content> get(Bucket bucket, String key, long offset, @Nullable Long length) {
        var args = GetObjectArgs.builder().bucket(s3.name(bucket)).object(key);
        if (offset > 0 || length != null) {
            args.offset(offset);
        }
        if (length != null) {
            args.length(length);
        }
        try {
            GetObjectResponse answer = await(() -> s3.inner().getObject(args.build()));
            String size = Objects.requireNonNullElse(answer.headers().get("Content-Length"), "-1");
            String etag = Objects.requireNonNullElse(answer.headers().get("ETag"), "");
            return Optional.of(new Content(answer, Long.parseLong(size), etag.replace("\"", "")));
        } catch (MissingException e) {
            return Optional.empty();
        }
    }

    /** Copies within the store; returns the copy's ETag, or nothing when there is no such object. */
    public Optional<String> copy(Bucket bucket, String from, String to) {
        try {
            return Optional.of(await(() -> s3.inner()
                            .copyObject(CopyObjectArgs.builder()
                                    .bucket(s3.name(bucket))
                                    .object(to)
                                    .source(CopySource.builder()
                                            .bucket(s3.name(bucket))
                                            .object(from)
                                            .build())
                                    .build()))
                    .etag());
        } catch (MissingException e) {
            return Optional.empty();
        }
    }

    /** Deletes an object; one that is not there is deleted already. */
    public void delete(Bucket bucket, String key) {
        try {
            await(() -> s3.inner()
                    .removeObject(RemoveObjectArgs.builder()
                            .bucket(s3.name(bucket))
                            .object(key)
                            .build()));
        } catch (MissingException e) {
            // As wanted.
        }
    }

    /** Deletes objects; those that are not there are deleted already. */
    public void delete(Bucket bucket, Collection<String> keys) {
        List<String> left = List.copyOf(keys);
        while (!left.isEmpty()) {
            int now = Math.min(left.size(), MOST_DELETED_AT_ONCE);
            for (var failure : s3.inner()
                    .removeObjects(RemoveObjectsArgs.builder()
                            .bucket(s3.name(bucket))
                            .objects(left.subList(0, now).stream()
                                    .map(DeleteObject::new)
                                    .toList())
                            .build())) {
                String code = result(failure).code();
                if (code != null && !code.toLowerCase(Locale.ROOT).startsWith("nosuch")) {
                    throw S3Client.storeFails(new IOException("Not deleted: " + code));
                }
            }
            left = left.subList(now, left.size());
        }
    }

    /**
     * Objects whose key begins with the prefix, in the order of their keys.
     *
     * @param after only keys behind this one; null for the first page
     * @param most of one page
     */
    public List<Entry> list(Bucket bucket, String prefix, @Nullable String after, int most) {
        var args = ListObjectsArgs.builder()
                .bucket(s3.name(bucket))
                .prefix(prefix)
                .recursive(true)
                .maxKeys(Math.min(most, MOST_DELETED_AT_ONCE));
        if (after != null) {
            args.startAfter(after);
        }
        List<Entry> entries = new ArrayList<>();
        Iterator<Result<Item>> items = s3.inner().listObjects(args.build()).iterator();
        while (entries.size() < most && items.hasNext()) {
            Item item = result(items.next());
            entries.add(new Entry(
                    item.objectName(),
                    item.size(),
                    item.etag().replace("\"", ""),
                    item.lastModified().toInstant()));
        }
        return entries;
    }

    private static <T> T result(Result<T> result) {
        try {
            return result.get();
        } catch (Exception e) {
            throw S3Client.storeFails(e);
        }
    }
}
