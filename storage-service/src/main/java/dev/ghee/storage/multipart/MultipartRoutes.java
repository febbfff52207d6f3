package dev.ghee.storage.multipart;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ghee.storage.request.Answers;
import dev.ghee.storage.request.JsonBody;
import dev.ghee.storage.request.Requests;
import dev.ghee.storage.request.Requests.Acting;
import dev.ghee.storage.request.Waiting;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.UUID;

/** {@code /storage/{app}/multipart}. */
@ApplicationScoped
class MultipartRoutes {
    private static final String PATH = "/storage/:app/multipart";

    private final Requests requests;
    private final Answers answers;
    private final JsonBody bodies;
    private final Waiting waiting;
    private final MultipartUploads uploads;

    MultipartRoutes(Requests requests, Answers answers, JsonBody bodies, Waiting waiting, MultipartUploads uploads) {
        this.requests = requests;
        this.answers = answers;
        this.bodies = bodies;
        this.waiting = waiting;
        this.uploads = uploads;
    }

    void register(@Observes Router router) {
        router.post(PATH).handler(http -> withBody(http, uploads::begin));
        router.post(PATH + "/:id/parts")
                .handler(http -> withBody(http, (acting, body) -> uploads.urls(acting, id(http), body)));
        router.get(PATH + "/:id").handler(http -> without(http, acting -> uploads.look(acting, id(http))));
        router.post(PATH + "/:id/complete")
                .handler(http -> without(http, acting -> uploads.complete(acting, id(http))));
        router.delete(PATH + "/:id").handler(this::abort);
    }

    private interface BodyWork {
        Object done(Acting acting, ObjectNode body);
    }

    private interface Work {
        Object done(Acting acting);
    }

    private void withBody(RoutingContext http, BodyWork work) {
        requests.acting(http)
                .compose(acting ->
                        bodies.read(http.request()).compose(body -> waiting.run(() -> work.done(acting, body))))
                .onSuccess(answer -> answers.json(http, 200, answer))
                .onFailure(failure -> answers.failed(http, failure));
    }

    private void without(RoutingContext http, Work work) {
        requests.acting(http)
                .compose(acting -> waiting.run(() -> work.done(acting)))
                .onSuccess(answer -> answers.json(http, 200, answer))
                .onFailure(failure -> answers.failed(http, failure));
    }

    private void abort(RoutingContext http) {
        requests.acting(http)
                .compose(acting -> waiting.run(() -> {
                    uploads.abort(acting, id(http));
                    return true;
                }))
                .onSuccess(_ -> answers.noContent(http))
                .onFailure(failure -> answers.failed(http, failure));
    }

    private static UUID id(RoutingContext http) {
        return Requests.id(http, MultipartUploads::noUpload);
    }
}
