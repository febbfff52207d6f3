package dev.ghee.storage.s3;

import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import io.minio.MinioAsyncClient;
import io.minio.errors.ErrorResponseException;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;

/** The one client of the store, and how its failures become ours. */
@ApplicationScoped
class S3Client {
    private static final Set<String> MISSING = Set.of("NoSuchKey", "NoSuchUpload", "ResourceNotFound");

    private final S3Config config;
    private final OkHttpClient http;
    private final MinioAsyncClient inner;
    private final MinioAsyncClient outer;

    S3Client(S3Config config) {
        this.config = config;
        var dispatcher = new Dispatcher();
        dispatcher.setMaxRequests(config.maxRequests());
        dispatcher.setMaxRequestsPerHost(config.maxRequests());
        this.http = new OkHttpClient.Builder()
                .dispatcher(dispatcher)
                .connectionPool(new ConnectionPool(config.maxRequests(), 1, TimeUnit.MINUTES))
                .connectTimeout(config.timeout())
                .readTimeout(config.timeout())
                .writeTimeout(config.timeout())
                .build();
        this.inner = client(config.endpoint());
        this.outer = config.publicEndpoint().map(this::client).orElse(inner);
    }

    private MinioAsyncClient client(String endpoint) {
        MinioAsyncClient client = MinioAsyncClient.builder()
                .endpoint(endpoint)
                .credentials(config.accessKey().orElse(""), config.secretKey().orElse(""))
                .region(config.region())
                .httpClient(http)
                .build();
        if (config.virtualHostStyle()) {
            client.enableVirtualStyleEndpoint();
        } else {
            client.disableVirtualStyleEndpoint();
        }
        return client;
    }

    /** For requests of our own. */
    MinioAsyncClient inner() {
        return inner;
    }

    /** Signs URLs for others. */
    MinioAsyncClient outer() {
        return outer;
    }

    String name(Bucket bucket) {
        return bucket.name(config);
    }

    /** A request to the store. */
    interface Call<T> {
        CompletableFuture<T> start() throws IOException, GeneralSecurityException, io.minio.errors.MinioException;
    }

    /**
     * Waits for the answer, so never on an event loop. Fails with {@code S3_ERROR}, and with
     * {@link MissingException} when there is no such object or upload.
     */
    static <T> T await(Call<T> call) throws MissingException {
        try {
            return call.start().get();
        } catch (ExecutionException e) {
            throw failure(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw storeFails(e);
        } catch (IOException | GeneralSecurityException | io.minio.errors.MinioException e) {
            throw failure(e);
        }
    }

    /** As {@link #await}, for what is an error of the store's when it is missing. */
    static <T> T require(Call<T> call) {
        try {
            return await(call);
        } catch (MissingException e) {
            throw storeFails(e);
        }
    }

    private static GheeException failure(Throwable thrown) throws MissingException {
        Throwable cause = thrown;
        while (cause.getCause() != null
                && (cause instanceof ExecutionException || cause instanceof CompletionException)) {
            cause = cause.getCause();
        }
        if (cause instanceof ErrorResponseException answer
                && (MISSING.contains(answer.errorResponse().code())
                        || answer.response().code() == 404)) {
            throw new MissingException(answer);
        }
        return storeFails(cause);
    }

    static GheeException storeFails(Throwable cause) {
        return new GheeException(ErrorCode.S3_ERROR, "The object store does not answer as it should", cause);
    }

    /** There is no such object, or upload. */
    static final class MissingException extends Exception {
        private static final long serialVersionUID = 1;

        MissingException(Throwable cause) {
            super(cause);
        }
    }
}
