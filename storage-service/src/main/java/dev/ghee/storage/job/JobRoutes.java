package dev.ghee.storage.job;

import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.storage.object.StoredObject;
import dev.ghee.storage.request.Answers;
import dev.ghee.storage.request.JsonBody;
import dev.ghee.storage.request.Requests;
import dev.ghee.storage.request.Waiting;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** {@code DELETE /storage/{app}/objects?prefix=}, {@code GET …/jobs/{id}} and {@code POST …/objects/{id}/copy}. */
@ApplicationScoped
class JobRoutes {
    private final Requests requests;
    private final Answers answers;
    private final JsonBody bodies;
    private final Waiting waiting;
    private final Jobs jobs;

    JobRoutes(Requests requests, Answers answers, JsonBody bodies, Waiting waiting, Jobs jobs) {
        this.requests = requests;
        this.answers = answers;
        this.bodies = bodies;
        this.waiting = waiting;
        this.jobs = jobs;
    }

    void register(@Observes Router router) {
        // Before DELETE /storage/{app}/{id}, which knows no such id.
        router.delete("/storage/:app/objects").order(-1).handler(this::delete);
        router.get("/storage/:app/jobs/:id").handler(this::job);
        router.post("/storage/:app/objects/:id/copy").handler(this::copy);
    }

    private void delete(RoutingContext http) {
        requests.acting(http)
                .compose(acting ->
                        waiting.run(() -> jobs.delete(acting, http.queryParams().get("prefix"))))
                .onSuccess(job -> {
                    http.response().putHeader("Location", "/storage/" + http.pathParam("app") + "/jobs/" + job.id());
                    answers.json(http, 202, job);
                })
                .onFailure(failure -> answers.failed(http, failure));
    }

    private void job(RoutingContext http) {
        requests.acting(http)
                .compose(acting -> waiting.run(() ->
                        jobs.find(acting, Requests.id(http, JobRoutes::noJob)).orElseThrow(JobRoutes::noJob)))
                .onSuccess(job -> answers.json(http, 200, job))
                .onFailure(failure -> answers.failed(http, failure));
    }

    private record Copied(String objectId, String objectKey, String filename) {
        static Copied of(StoredObject object) {
            return new Copied(object.id().toString(), object.key(), object.filename());
        }
    }

    private void copy(RoutingContext http) {
        requests.acting(http)
                .compose(acting -> bodies.read(http.request())
                        .compose(body -> waiting.run(() -> jobs.copy(acting, Requests.id(http, Jobs::noObject), body))))
                .onSuccess(object -> answers.json(http, 201, Copied.of(object)))
                .onFailure(failure -> answers.failed(http, failure));
    }

    private static GheeException noJob() {
        return new GheeException(ErrorCode.RESOURCE_NOT_FOUND, "There is no such job");
    }
}
