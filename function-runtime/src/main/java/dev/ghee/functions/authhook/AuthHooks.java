package dev.ghee.functions.authhook;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ghee.contracts.AppState;
import dev.ghee.contracts.AuthEvent;
import dev.ghee.contracts.Contracts;
import dev.ghee.contracts.Topics;
import dev.ghee.errors.GheeException;
import dev.ghee.functions.function.FunctionDirectory;
import dev.ghee.functions.invoke.Invocations;
import dev.ghee.functions.invoke.TriggerCall;
import dev.ghee.tenancy.directory.AppDirectory;
import dev.ghee.tenancy.topic.SharedTopics;
import dev.ghee.tenancy.topic.TopicShare;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.vertx.UniHelper;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Calls the function that an app has named to hear of sign-ins, with the service role. At least once: an event whose
 * call failed is tried again, and one that a dead process had in work is told by another. Each says its id as
 * {@code Idempotency-Key}, so that a function can tell repeats.
 */
@ApplicationScoped
class AuthHooks {
    private static final Logger LOG = Logger.getLogger(AuthHooks.class);
    private static final String GROUP = "function-runtime-auth-hooks";
    private static final int SERVER_ERROR = 500;

    private final Vertx vertx;
    private final SharedTopics topics;
    private final AppDirectory apps;
    private final FunctionDirectory functions;
    private final Invocations invocations;
    private final AuthHookConfig config;
    private final MeterRegistry metrics;

    AuthHooks(
            Vertx vertx,
            SharedTopics topics,
            AppDirectory apps,
            FunctionDirectory functions,
            Invocations invocations,
            AuthHookConfig config,
            MeterRegistry metrics) {
        this.vertx = vertx;
        this.topics = topics;
        this.apps = apps;
        this.functions = functions;
        this.invocations = invocations;
        this.config = config;
        this.metrics = metrics;
    }

    void start(@Observes StartupEvent event) {
        topics.shareEvents(Topics.FUNCTIONS, GROUP, config.atOnce(), TopicShare.Promise.AT_LEAST_ONCE, this::heard);
    }

    private CompletionStage<Void> heard(ConsumerRecord<String, byte[]> record) {
        Promise<Void> done = Promise.promise();
        AuthEvent event = read(record.value());
        if (event == null || event.at().plus(config.maxAge()).isBefore(Instant.now())) {
            done.complete();
        } else {
            vertx.getOrCreateContext().runOnContext(_ -> attempt(event, config.retries(), done));
        }
        return done.future().toCompletionStage();
    }

    private static @Nullable AuthEvent read(byte[] json) {
        try {
            boolean ours = AuthEvent.TYPE.equals(
                    Contracts.read(json, JsonNode.class).path("type").asText());
            return ours ? Contracts.read(json, AuthEvent.class) : null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Completes when the event was heard, or is given up; never fails. */
    private void attempt(AuthEvent event, List<Duration> retries, Promise<Void> done) {
        UniHelper.toFuture(apps.find(event.appId()))
                .compose(app -> tell(app, event))
                .onSuccess(_ -> done.complete())
                .onFailure(failure -> {
                    if (retries.isEmpty() || !worthAnotherTry(failure)) {
                        metrics.counter("ghee.functions.auth.hooks.lost").increment();
                        LOG.warnf(
                                "Auth hook given up: app=%s function=%s event=%s cause=%s",
                                event.appId(), event.function(), event.id(), failure.getMessage());
                        done.complete();
                    } else {
                        vertx.setTimer(
                                retries.getFirst().toMillis(),
                                _ -> attempt(event, retries.subList(1, retries.size()), done));
                    }
                });
    }

    /** What is not there, or is refused, will be so in a minute. */
    private static boolean worthAnotherTry(Throwable failure) {
        return !(failure instanceof GheeException refused)
                || refused.httpStatus() >= SERVER_ERROR
                || refused.httpStatus() == 429;
    }

    private Future<Void> tell(AppState app, AuthEvent event) {
        return functions.find(app, event.function()).compose(found -> {
            if (found.isEmpty()) {
                LOG.debugf("Auth hook without its function: app=%s", event.appId());
                return Future.succeededFuture();
            }
            var headers = HttpHeaders.headers()
                    .set(HttpHeaders.CONTENT_TYPE, "application/json")
                    .set("idempotency-key", event.id());
            var body = Buffer.buffer(Contracts.write(event.payload()));
            return invocations
                    .run(app, found.get(), new TriggerCall("auth", HttpMethod.POST, "/", headers, body, null, 0))
                    .compose(result -> result.status() < SERVER_ERROR
                            ? Future.succeededFuture()
                            : Future.failedFuture(
                                    new IllegalStateException("The function answered " + result.status())));
        });
    }
}
