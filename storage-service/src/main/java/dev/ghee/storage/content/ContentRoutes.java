package dev.ghee.storage.content;

import dev.ghee.contracts.AppId;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.storage.object.ObjectStore;
import dev.ghee.storage.object.StoredObject;
import dev.ghee.storage.request.Answers;
import dev.ghee.storage.request.Requests;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /storage/{app}/objects/{id}/content}: for clients that cannot follow a signed URL, or are to have one that
 * lasts. Whole or a range; with an ETag.
 */
@ApplicationScoped
class ContentRoutes {
    /** What an object holds is not ours: as a page it runs no script and belongs to no origin. */
    private static final String HARMLESS =
            "default-src 'none'; img-src 'self' data:; media-src 'self';" + " style-src 'unsafe-inline'; sandbox";

    private final Requests requests;
    private final Answers answers;
    private final ObjectStore objects;
    private final StoreStream store;

    ContentRoutes(Requests requests, Answers answers, ObjectStore objects, StoreStream store) {
        this.requests = requests;
        this.answers = answers;
        this.objects = objects;
        this.store = store;
    }

    void register(@Observes Router router) {
        router.get("/storage/:app/objects/:id/content").handler(this::content);
        router.head("/storage/:app/objects/:id/content").handler(this::content);
    }

    private void content(RoutingContext http) {
        requests.acting(http)
                .compose(acting ->
                        objects.readable(acting.app(), acting.caller(), Requests.id(http, ContentRoutes::noObject)))
                .compose(found -> send(http, found.orElseThrow(ContentRoutes::noObject)))
                .onFailure(failure -> answers.failed(http, failure));
    }

    private Future<Void> send(RoutingContext http, StoredObject object) {
        http.request().resume();
        HttpServerResponse response = http.response();
        String etag = '"' + object.etag() + '"';
        if (Preconditions.unchanged(http.request().headers(), etag)) {
            cacheable(response, object, etag).setStatusCode(304);
            return response.end();
        }
        String header = Preconditions.rangeHolds(http.request().headers(), etag)
                ? http.request().getHeader("Range")
                : null;
        return switch (ByteRange.of(header, object.sizeBytes())) {
            case ByteRange.Wanted.Unsatisfiable() ->
                Future.failedFuture(
                        new GheeException(ErrorCode.REQUEST_ERROR, "The object has " + object.sizeBytes() + " bytes")
                                .withStatus(416)
                                .withHeader("Content-Range", "bytes */" + object.sizeBytes()));
            case ByteRange.Wanted.Whole() -> send(http, object, etag, null);
            case ByteRange.Wanted.Part(ByteRange range) -> send(http, object, etag, range);
        };
    }

    private Future<Void> send(RoutingContext http, StoredObject object, String etag, @Nullable ByteRange range) {
        HttpServerResponse response = http.response();
        boolean download = http.queryParams().contains("download");
        Runnable head = () -> head(response, object, etag, range, download);
        if (http.request().method() == HttpMethod.HEAD || object.sizeBytes() == 0) {
            head.run();
            return response.end();
        }
        return store.pass(new AppId(http.pathParam("app")), object.key(), range, response, head);
    }

    private static void head(
            HttpServerResponse response,
            StoredObject object,
            String etag,
            @Nullable ByteRange range,
            boolean download) {
        long length = range == null ? object.sizeBytes() : range.length();
        cacheable(response, object, etag)
                .setStatusCode(range == null ? 200 : 206)
                .putHeader("Content-Type", object.contentType())
                .putHeader("Content-Length", Long.toString(length))
                .putHeader("Content-Disposition", object.disposition(download ? "attachment" : "inline"))
                .putHeader("Content-Security-Policy", HARMLESS)
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Accept-Ranges", "bytes");
        if (range != null) {
            response.putHeader("Content-Range", range.of(object.sizeBytes()));
        }
    }

    /** Asked again each time, since an object may be deleted or made private; then an ETag is all that is sent. */
    private static HttpServerResponse cacheable(HttpServerResponse response, StoredObject object, String etag) {
        return response.putHeader("ETag", etag)
                .putHeader("Cache-Control", object.isPublic() ? "public, no-cache" : "private, no-cache");
    }

    private static GheeException noObject() {
        return new GheeException(ErrorCode.RESOURCE_NOT_FOUND, "Object not found");
    }
}
