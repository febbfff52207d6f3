package dev.ghee.storage.image;

import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.storage.image.Renditions.Rendition;
import dev.ghee.storage.object.ObjectStore;
import dev.ghee.storage.object.StoredObject;
import dev.ghee.storage.request.Answers;
import dev.ghee.storage.request.Requests;
import dev.ghee.storage.request.Requests.Acting;
import dev.ghee.storage.s3.Bucket;
import dev.ghee.storage.s3.ObjectBytes;
import io.quarkus.runtime.ShutdownEvent;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.impl.ContextInternal;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET|HEAD /storage/{app}/objects/{id}/content} with parameters that ask for a transformed image. Whoever may
 * read the object may read it in any size.
 */
@ApplicationScoped
class ImageRoutes {
    private static final Pattern ID = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    /** Before the route of the object's own bytes, which also has the requests that ask for no transform. */
    private static final int ORDER = -100;

    private final Vertx vertx;
    private final Requests requests;
    private final Answers answers;
    private final ObjectStore objects;
    private final ObjectBytes bytes;
    private final Renditions renditions;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("renditions-", 0).factory());

    ImageRoutes(
            Vertx vertx,
            Requests requests,
            Answers answers,
            ObjectStore objects,
            ObjectBytes bytes,
            Renditions renditions) {
        this.vertx = vertx;
        this.requests = requests;
        this.answers = answers;
        this.objects = objects;
        this.bytes = bytes;
        this.renditions = renditions;
    }

    void register(@Observes Router router) {
        for (HttpMethod method : List.of(HttpMethod.GET, HttpMethod.HEAD)) {
            router.route(method, "/storage/:app/objects/:id/content")
                    .order(ORDER)
                    .handler(this::handle);
        }
    }

    void stop(@Observes ShutdownEvent event) {
        threads.shutdownNow();
    }

    private void handle(RoutingContext http) {
        if (!ImageRequest.isAskedBy(http.queryParams())) {
            http.next();
            return;
        }
        requests.acting(http)
                .compose(acting -> readable(http, acting).compose(object -> {
                    ImageRequest wanted = ImageRequest.of(http.queryParams()).orElseThrow(ImageRoutes::noObject);
                    return rendition(acting, object, wanted).onSuccess(image -> send(http, object, image));
                }))
                .onFailure(failure -> answers.failed(http, failure));
    }

    private Future<StoredObject> readable(RoutingContext http, Acting acting) {
        Optional<UUID> id = Optional.ofNullable(http.pathParam("id"))
                .filter(text -> ID.matcher(text).matches())
                .map((Function<String, UUID>) UUID::fromString);
        return id.isEmpty()
                ? Future.failedFuture(noObject())
                : objects.readable(acting.app(), acting.caller(), id.get())
                        .map(found -> found.orElseThrow(ImageRoutes::noObject));
    }

    private Future<Rendition> rendition(Acting acting, StoredObject object, ImageRequest wanted) {
        Promise<Rendition> made = ((ContextInternal) vertx.getOrCreateContext()).promise();
        threads.execute(() -> {
            try {
                made.complete(renditions.of(
                        acting.app().appId(),
                        object.id() + "/" + object.etag(),
                        () -> bytes.get(Bucket.OBJECTS, object.key())
                                .orElseThrow(ImageRoutes::noObject)
                                .bytes(),
                        wanted));
            } catch (RuntimeException e) {
                made.fail(e);
            }
        });
        return made.future();
    }

    private void send(RoutingContext http, StoredObject object, Rendition image) {
        HttpServerResponse response = http.response();
        if (response.closed()) {
            return;
        }
        http.request().resume();
        String etag = '"' + image.etag() + '"';
        response.putHeader(HttpHeaders.ETAG, etag)
                // Bytes of an object never change, but who may see it does.
                .putHeader(HttpHeaders.CACHE_CONTROL, object.isPublic() ? "public, max-age=60" : "private, no-cache")
                .putHeader("x-content-type-options", "nosniff");
        if (names(http.request().getHeader(HttpHeaders.IF_NONE_MATCH), etag)) {
            response.setStatusCode(304).end();
            return;
        }
        response.putHeader(HttpHeaders.CONTENT_TYPE, image.contentType())
                .putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(image.sizeBytes()));
        if (http.request().method() == HttpMethod.HEAD) {
            response.end();
        } else {
            response.sendFile(image.file().toString()).onFailure(failure -> answers.failed(http, failure));
        }
    }

    private static boolean names(@Nullable String header, String etag) {
        return header != null
                && Arrays.stream(header.split(",", 64))
                        .map(String::strip)
                        .anyMatch(one -> one.equals("*") || one.equals(etag) || one.equals("W/" + etag));
    }

    private static GheeException noObject() {
        return new GheeException(ErrorCode.RESOURCE_NOT_FOUND, "Object not found");
    }
}
