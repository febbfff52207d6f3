package dev.ghee.storage.resumable;

import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.storage.request.Answers;
import dev.ghee.storage.request.Requests;
import dev.ghee.storage.request.Requests.Acting;
import io.quarkus.runtime.ShutdownEvent;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * {@code /storage/{app}/uploads}. Plain routes before the framework's, whose limit on bodies is not meant for these; what
 * a request does is then done on a virtual thread.
 */
@ApplicationScoped
class TusRoutes {
    /** After what is counted and refused for every route, before the framework's limit. */
    private static final int ORDER = -100;

    private static final String PATH = "/storage/:app/uploads";
    private static final String EXTENSIONS = "creation,creation-with-upload,expiration,checksum,termination";
    private static final DateTimeFormatter HTTP_DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT);

    private final Requests requests;
    private final Answers answers;
    private final Uploads uploads;
    private final Vertx vertx;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("upload-", 0).factory());

    TusRoutes(Requests requests, Answers answers, Uploads uploads, Vertx vertx) {
        this.requests = requests;
        this.answers = answers;
        this.uploads = uploads;
        this.vertx = vertx;
    }

    void register(@Observes Router router) {
        router.options(PATH).order(ORDER).handler(TusRoutes::capabilities);
        router.options(PATH + "/:id").order(ORDER).handler(TusRoutes::capabilities);
        router.route(PATH).order(ORDER).handler(this::collection);
        router.route(PATH + "/:id").order(ORDER).handler(this::one);
    }

    void stop(@Observes ShutdownEvent event) {
        threads.shutdown();
    }

    private static void capabilities(RoutingContext http) {
        http.request().resume();
        http.response()
                .putHeader("Tus-Resumable", TusRequest.VERSION)
                .putHeader("Tus-Version", TusRequest.VERSION)
                .putHeader("Tus-Extension", EXTENSIONS)
                .putHeader("Tus-Checksum-Algorithm", Checksum.ALGORITHMS)
                .setStatusCode(204)
                .end();
    }

    /** What is done while waiting is allowed; answers the rest of the response. */
    private interface Work {
        Answer done(Acting acting, RequestBody body) throws Exception;
    }

    /** @param upload where it stands; null when it is no more */
    private record Answer(int status, @Nullable Upload upload, boolean created) {}

    private void collection(RoutingContext http) {
        var request = new TusRequest(http.request());
        if (!request.method().equals("POST")) {
            refuse(http, notAllowed("POST, OPTIONS"));
            return;
        }
        begin(http, (acting, body) -> {
            request.requireVersion();
            return new Answer(201, uploads.create(acting, request, body), true);
        });
    }

    private void one(RoutingContext http) {
        var request = new TusRequest(http.request());
        switch (request.method()) {
            case "HEAD" ->
                begin(http, (acting, _) -> {
                    request.requireVersion();
                    return new Answer(200, uploads.look(acting, id(http)), false);
                });
            case "PATCH" ->
                begin(http, (acting, body) -> {
                    request.requireVersion();
                    request.requireBytes();
                    return new Answer(204, uploads.append(acting, id(http), request, body), false);
                });
            case "DELETE" ->
                begin(http, (acting, _) -> {
                    request.requireVersion();
                    uploads.terminate(acting, id(http));
                    return new Answer(204, null, false);
                });
            default -> refuse(http, notAllowed("HEAD, PATCH, DELETE, OPTIONS"));
        }
    }

    private void begin(RoutingContext http, Work work) {
        Context context = vertx.getOrCreateContext();
        // At once, before any of the body is lost.
        var body = new RequestBody(http.request(), context);
        if ("100-continue".equalsIgnoreCase(http.request().getHeader("Expect"))) {
            http.response().writeContinue();
        }
        requests.acting(http)
                .onSuccess(acting -> {
                    // Who is asking may have been found out elsewhere; what may come is said on the request's own loop.
                    context.runOnContext(_ -> body.begin());
                    threads.execute(() -> {
                        try {
                            Answer answer = work.done(acting, body);
                            context.runOnContext(_ -> answer(http, answer));
                        } catch (Exception e) {
                            context.runOnContext(_ -> refuse(http, e));
                        }
                    });
                })
                .onFailure(failure -> refuse(http, failure));
    }

    private static UUID id(RoutingContext http) {
        return Requests.id(http, Uploads::noUpload);
    }

    private static GheeException notAllowed(String methods) {
        return new GheeException(ErrorCode.REQUEST_ERROR, "Uploads know " + methods)
                .withStatus(405)
                .withHeader("Allow", methods);
    }

    private void answer(RoutingContext http, Answer answer) {
        HttpServerResponse response = http.response();
        if (response.closed() || response.ended()) {
            return;
        }
        if (!http.request().isEnded()) {
            http.request().handler(null).resume();
        }
        Upload upload = answer.upload();
        response.putHeader("Tus-Resumable", TusRequest.VERSION).setStatusCode(answer.status());
        if (upload != null) {
            response.putHeader("Upload-Offset", Long.toString(upload.offset()));
            Instant expiry = upload.expiresAt();
            if (expiry != null) {
                response.putHeader("Upload-Expires", HTTP_DATE.format(expiry.atOffset(ZoneOffset.UTC)));
            }
            if (answer.created()) {
                response.putHeader("Location", http.request().path() + "/" + upload.id());
            }
            if (answer.status() == 200) {
                response.putHeader("Upload-Length", Long.toString(upload.sizeBytes()))
                        .putHeader("Cache-Control", "no-store");
                if (!upload.metadata().isEmpty()) {
                    response.putHeader("Upload-Metadata", upload.metadata());
                }
            }
        }
        response.end();
    }

    /** The rest of a long body is not waited for: the connection is of no more use. */
    private void refuse(RoutingContext http, Throwable cause) {
        HttpServerResponse response = http.response();
        if (response.closed() || response.ended()) {
            return;
        }
        response.putHeader("Tus-Resumable", TusRequest.VERSION);
        if (!http.request().isEnded() && http.request().getHeader("Content-Length") != null) {
            response.putHeader("Connection", "close");
        }
        answers.failed(http, cause);
    }
}
