package dev.ghee.functions.upload;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ghee.contracts.AppState;
import dev.ghee.contracts.Contracts;
import dev.ghee.contracts.ObjectEvent;
import dev.ghee.contracts.Topics;
import dev.ghee.functions.function.DeployedFunction;
import dev.ghee.functions.function.FunctionDirectory;
import dev.ghee.functions.function.Trigger;
import dev.ghee.functions.invoke.Invocations;
import dev.ghee.functions.invoke.TriggerCall;
import dev.ghee.functions.trigger.PatientCalls;
import dev.ghee.tenancy.directory.AppDirectory;
import dev.ghee.tenancy.topic.SharedTopics;
import dev.ghee.tenancy.topic.TopicShare;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.vertx.UniHelper;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/**
 * Calls every function whose {@code s3_upload} trigger covers a stored object, with the service role. At least once: a
 * call that failed is tried again by itself, and an event that a dead process had in work is told by another, to all
 * its functions. {@code Idempotency-Key} is the same in
 * all calls for an object.
 */
@ApplicationScoped
class StoredObjects {
    private static final Logger LOG = Logger.getLogger(StoredObjects.class);
    private static final String GROUP = "function-runtime-stored-objects";
    private static final int SERVER_ERROR = 500;

    private final SharedTopics topics;
    private final AppDirectory apps;
    private final FunctionDirectory functions;
    private final Invocations invocations;
    private final PatientCalls calls;
    private final UploadConfig config;
    private final MeterRegistry metrics;

    StoredObjects(
            SharedTopics topics,
            AppDirectory apps,
            FunctionDirectory functions,
            Invocations invocations,
            PatientCalls calls,
            UploadConfig config,
            MeterRegistry metrics) {
        this.topics = topics;
        this.apps = apps;
        this.functions = functions;
        this.invocations = invocations;
        this.calls = calls;
        this.config = config;
        this.metrics = metrics;
    }

    void start(@Observes StartupEvent event) {
        topics.shareEvents(Topics.OBJECTS, GROUP, config.atOnce(), TopicShare.Promise.AT_LEAST_ONCE, this::heard);
    }

    private CompletionStage<Void> heard(ConsumerRecord<String, byte[]> record) {
        ObjectEvent event;
        try {
            event = Contracts.read(record.value(), ObjectEvent.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (event.kind() != ObjectEvent.Kind.CREATED
                || event.at().plus(config.maxAge()).isBefore(Instant.now())) {
            return CompletableFuture.completedStage(null);
        }
        return calls.attempt(() -> tellAll(event), config.retries(), failure -> lost(event, "all", failure))
                .toCompletionStage();
    }

    /** Fails only when the app or its functions cannot be found out; each call has tries of its own. */
    private Future<Void> tellAll(ObjectEvent event) {
        return UniHelper.toFuture(apps.find(event.appId()))
                .compose(app -> functions.all(app).compose(all -> {
                    List<Future<Void>> told = all.stream()
                            .filter(function -> covers(function, event))
                            .map(function -> calls.attempt(
                                    () -> tell(app, function, event),
                                    config.retries(),
                                    failure -> lost(event, function.name(), failure)))
                            .toList();
                    return Future.all(told).mapEmpty();
                }));
    }

    private static boolean covers(DeployedFunction function, ObjectEvent event) {
        return function.trigger(Trigger.Upload.class)
                .filter(trigger -> trigger.covers(event.filename(), event.key()))
                .isPresent();
    }

    private Future<Void> tell(AppState app, DeployedFunction function, ObjectEvent event) {
        var headers = HttpHeaders.headers()
                .set(HttpHeaders.CONTENT_TYPE, "application/json")
                .set("idempotency-key", event.objectId() + "-created");
        var body = Buffer.buffer(body(event).toString());
        return invocations
                .run(app, function, new TriggerCall("s3_upload", HttpMethod.POST, "/", headers, body, null, 0))
                .compose(result -> result.status() < SERVER_ERROR
                        ? Future.succeededFuture()
                        : Future.failedFuture(new IllegalStateException("The function answered " + result.status())));
    }

    /** The object has the names and types of a listing. */
    private static ObjectNode body(ObjectEvent event) {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("event", event.type());
        body.putObject("object")
                .put("id", event.objectId())
                .put("user_id", event.userId())
                .put("key", event.key())
                .put("filename", event.filename())
                .put("content_type", event.contentType())
                .put("size_bytes", Long.toString(event.sizeBytes()))
                .put("created_at", event.at().toString());
        return body;
    }

    private void lost(ObjectEvent event, String function, Throwable failure) {
        metrics.counter("ghee.functions.uploads.lost").increment();
        LOG.warnf(
                "Call for a stored object given up: app=%s function=%s object=%s cause=%s",
                event.appId(), function, event.objectId(), failure.getMessage());
    }
}
