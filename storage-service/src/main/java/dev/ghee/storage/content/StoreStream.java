package dev.ghee.storage.content;

import dev.ghee.contracts.AppId;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.service.upstream.UnwantedAnswer;
import dev.ghee.storage.s3.Bucket;
import dev.ghee.storage.s3.Presigner;
import dev.ghee.storage.s3.S3Config;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Passes contents on from the object store, on the event loop: no more of one is in memory than the two connections'
 * buffers hold, and a slow reader holds the store's connection back.
 */
@ApplicationScoped
class StoreStream {
    private static final Logger LOG = Logger.getLogger(StoreStream.class);
    /** Only to begin with the answer. */
    private static final Duration SIGNED_FOR = Duration.ofMinutes(5);

    private static final int PIECE_BYTES = 64 * 1024;

    private final Vertx vertx;
    private final Presigner presigner;
    private final HttpClient http;
    private final Duration timeout;
    private final int perApp;
    private final ConcurrentHashMap<AppId, Integer> passing = new ConcurrentHashMap<>();

    StoreStream(Vertx vertx, Presigner presigner, S3Config store, ContentConfig config) {
        this.vertx = vertx;
        this.presigner = presigner;
        this.timeout = store.timeout();
        this.perApp = config.perApp();
        this.http = vertx.createHttpClient(
                new HttpClientOptions()
                        .setConnectTimeout(Math.toIntExact(timeout.toMillis()))
                        .setIdleTimeout(Math.toIntExact(config.patience().toMillis()))
                        .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                        .setMaxChunkSize(PIECE_BYTES)
                        .setMaxWaitQueueSize(config.atOnce()),
                new PoolOptions().setHttp1MaxSize(config.atOnce()));
    }

    /**
     * Begins the answer with what {@code head} puts into it, once the store gives the content, and completes with its
     * last byte. Fails with {@code S3_ERROR} and {@code SERVICE_BUSY} before the answer has begun; breaks off when it
     * has.
     *
     * @param range null for the whole content
     */
    Future<Void> pass(AppId app, String key, @Nullable ByteRange range, HttpServerResponse response, Runnable head) {
        if (passing.merge(app, 1, Integer::sum) > perApp) {
            ended(app);
            return Future.failedFuture(
                    new GheeException(ErrorCode.SERVICE_BUSY, "Too many of the app's objects are being read")
                            .withHeader("Retry-After", "1"));
        }
        return pass(key, range, response, head).onComplete(_ -> ended(app));
    }

    private void ended(AppId app) {
        passing.computeIfPresent(app, (_, count) -> count == 1 ? null : count - 1);
    }

    private Future<Void> pass(String key, @Nullable ByteRange range, HttpServerResponse response, Runnable head) {
        var options = new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setTimeout(timeout.toMillis())
                .setAbsoluteURI(presigner.getFromInside(Bucket.OBJECTS, key, SIGNED_FOR));
        if (range != null) {
            options.putHeader("Range", range.asked());
        }
        int expected = range == null ? 200 : 206;
        return http.request(options)
                .compose(request -> {
                    response.closeHandler(_ -> request.reset());
                    return request.send();
                })
                .recover(StoreStream::storeFails)
                .compose(content ->
                        content.statusCode() == expected ? copy(content, response, head) : refused(key, content));
    }

    private Future<Void> copy(HttpClientResponse content, HttpServerResponse response, Runnable head) {
        if (response.closed()) {
            UnwantedAnswer.discard(vertx, content);
            return Future.succeededFuture();
        }
        // From here on a client that hangs up is met where its answer is written: resetting could hit another reader.
        response.closeHandler(null);
        head.run();
        return content.pipe().endOnFailure(false).to(response).onFailure(_ -> UnwantedAnswer.discard(vertx, content));
    }

    private Future<Void> refused(String key, HttpClientResponse content) {
        UnwantedAnswer.discard(vertx, content);
        LOG.warnf("The store does not give a stored object: key=%s status=%d", key, content.statusCode());
        return storeFails(null);
    }

    private static <T> Future<T> storeFails(@Nullable Throwable cause) {
        return Future.failedFuture(
                new GheeException(ErrorCode.S3_ERROR, "The object store does not answer as it should", cause));
    }
}
