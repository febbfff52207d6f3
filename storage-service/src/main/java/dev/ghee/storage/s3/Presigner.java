package dev.ghee.storage.s3;

import com.google.common.collect.HashMultimap;
import com.google.common.collect.Multimap;
import io.minio.GetPresignedObjectUrlArgs;
import io.minio.MinioAsyncClient;
import io.minio.errors.MinioException;
import io.minio.http.Method;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Map;

/**
 * URLs that let their bearer do one thing to one object for a while. Signing is computing, without network: about 50 µs,
 * on any thread. Fails with {@code S3_ERROR}.
 */
@ApplicationScoped
public class Presigner {
    private final S3Client s3;

    Presigner(S3Client s3) {
        this.s3 = s3;
    }

    /**
     * To PUT exactly this many bytes of exactly this type.
     *
     * @param contentType empty for any: browsers say none where they know none
     */
    public String put(Bucket bucket, String key, String contentType, long sizeBytes, Duration valid) {
        Multimap<String, String> headers = HashMultimap.create();
        if (!contentType.isEmpty()) {
            headers.put("Content-Type", contentType);
        }
        headers.put("Content-Length", Long.toString(sizeBytes));
        return sign(s3.outer(), Method.PUT, bucket, key, valid, headers, Map.of());
    }

    /**
     * To PUT any number of bytes of exactly this type: for clients who cannot say how many. Whoever takes the object
     * over has to look at its size.
     */
    public String put(Bucket bucket, String key, String contentType, Duration valid) {
        Multimap<String, String> headers = HashMultimap.create();
        headers.put("Content-Type", contentType);
        return sign(s3.outer(), Method.PUT, bucket, key, valid, headers, Map.of());
    }

    /** To PUT a part of an upload that {@link PartBytes#begin} began; numbers begin with 1. */
    public String putPart(Bucket bucket, String key, String uploadId, int number, long sizeBytes, Duration valid) {
        Multimap<String, String> headers = HashMultimap.create();
        headers.put("Content-Length", Long.toString(sizeBytes));
        return sign(
                s3.outer(),
                Method.PUT,
                bucket,
                key,
                valid,
                headers,
                Map.of("uploadId", uploadId, "partNumber", Integer.toString(number)));
    }

    /**
     * To GET, also in ranges.
     *
     * @param answer response headers to be sent, such as {@code response-content-disposition}
     */
    public String get(Bucket bucket, String key, Duration valid, Map<String, String> answer) {
        return sign(s3.outer(), Method.GET, bucket, key, valid, HashMultimap.create(), answer);
    }

    /** As {@link #get}, for requests of our own: at the address where this service reaches the store. */
    public String getFromInside(Bucket bucket, String key, Duration valid) {
        return sign(s3.inner(), Method.GET, bucket, key, valid, HashMultimap.create(), Map.of());
    }

    private String sign(
            MinioAsyncClient client,
            Method method,
            Bucket bucket,
            String key,
            Duration valid,
            Multimap<String, String> headers,
            Map<String, String> query) {
        try {
            return client.getPresignedObjectUrl(GetPresignedObjectUrlArgs.builder()
                    .method(method)
                    .bucket(s3.name(bucket))
                    .object(key)
                    .expiry((int) valid.toSeconds())
                    .extraHeaders(headers)
                    .extraQueryParams(query)
                    .build());
        } catch (MinioException | IOException | GeneralSecurityException e) {
            throw S3Client.storeFails(e);
        }
    }
}
