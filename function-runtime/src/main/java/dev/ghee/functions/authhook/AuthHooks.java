package dev.ghee.functions.authhook;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ghee.contracts.AppState;
import dev.ghee.contracts.AuthEvent;
import dev.ghee.contracts.Contracts;
import dev.ghee.contracts.Topics;
import dev.ghee.functions.function.FunctionDirectory;
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
import java.util.concurrent.CompletableFuture;
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

    private final SharedTopics topics;
    private final AppDirectory apps;
    private final FunctionDirectory functions;
    private final Invocations invocations;
    private final PatientCalls calls;
    private final AuthHookConfig config;
    private final MeterRegistry metrics;

    AuthHooks(
            SharedTopics topics,
            AppDirectory apps,
            FunctionDirectory functions,
            Invocations invocations,
            PatientCalls calls,
            AuthHookConfig config,
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
        topics.shareEvents(Topics.FUNCTIONS, GROUP, config.atOnce(), TopicShare.Promise.AT_LEAST_ONCE, this::heard);
    }

    private CompletionStage<Void> heard(ConsumerRecord<String, byte[]> record) {
        AuthEvent event = read(record.value());
        if (event == null || event.at().plus(config.maxAge()).isBefore(Instant.now())) {
            return CompletableFuture.completedStage(null);
        }
        return calls.attempt(
                        () -> UniHelper.toFuture(apps.find(event.appId())).compose(app -> tell(app, event)),
                        config.retries(),
                        failure -> lost(event, failure))
                .toCompletionStage();
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

    private void lost(AuthEvent event, Throwable failure) {
        metrics.counter("ghee.functions.auth.hooks.lost").increment();
        LOG.warnf(
                "Auth hook given up: app=%s function=%s event=%s cause=%s",
                event.appId(), event.function(), event.id(), failure.getMessage());
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
