package dev.ghee.functions.event;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.ghee.contracts.AppState;
import dev.ghee.contracts.Contracts;
import dev.ghee.contracts.SocketEvent;
import dev.ghee.contracts.SocketEventReply;
import dev.ghee.contracts.SocketEventReply.Outcome;
import dev.ghee.contracts.Topics;
import dev.ghee.functions.function.DeployedFunction;
import dev.ghee.functions.function.FunctionDirectory;
import dev.ghee.functions.function.Trigger;
import dev.ghee.functions.invoke.InvocationResult;
import dev.ghee.functions.invoke.Invocations;
import dev.ghee.functions.invoke.TriggerCall;
import dev.ghee.tenancy.directory.AppDirectory;
import dev.ghee.tenancy.rls.DbClaims;
import dev.ghee.tenancy.topic.SharedTopics;
import dev.ghee.tenancy.topic.TopicShare;
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
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/**
 * Runs the function whose websocket trigger names a client's event, as that client, and tells realtime-gateway what it
 * answered. Each event is taken by one replica and run at most once: the client hears when it failed, and may try again.
 */
@ApplicationScoped
class SocketEvents {
    private static final Logger LOG = Logger.getLogger(SocketEvents.class);
    private static final String GROUP = "function-runtime-socket-events";
    private static final ObjectReader JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build()
            .reader();

    private final Vertx vertx;
    private final SharedTopics topics;
    private final AppDirectory apps;
    private final FunctionDirectory functions;
    private final Invocations invocations;
    private final EventConfig config;

    SocketEvents(
            Vertx vertx,
            SharedTopics topics,
            AppDirectory apps,
            FunctionDirectory functions,
            Invocations invocations,
            EventConfig config) {
        this.vertx = vertx;
        this.topics = topics;
        this.apps = apps;
        this.functions = functions;
        this.invocations = invocations;
        this.config = config;
    }

    void start(@Observes StartupEvent start) {
        topics.shareEvents(Topics.SOCKET_EVENTS, GROUP, config.atOnce(), TopicShare.Promise.AT_MOST_ONCE, this::heard);
    }

    private CompletionStage<Void> heard(ConsumerRecord<String, byte[]> record) {
        SocketEvent event;
        try {
            event = Contracts.read(record.value(), SocketEvent.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (Instant.now().isAfter(event.expiresAt())) {
            return Future.<Void>succeededFuture().toCompletionStage();
        }
        Promise<SocketEventReply> done = Promise.promise();
        vertx.getOrCreateContext().runOnContext(_ -> run(event).onComplete(done));
        return done.future()
                .otherwise(failure -> {
                    LOG.debugf("Event failed: app=%s cause=%s", event.appId(), failure);
                    return new SocketEventReply(event.id(), event.replicaId(), Outcome.FAILED, null);
                })
                .compose(reply -> vertx.executeBlocking(() -> topics.write(
                                Topics.SOCKET_EVENT_REPLIES, event.id(), event.id(), Contracts.write(reply))
                        .exceptionally(failure -> {
                            LOG.warnf("Answer to an event not sent: app=%s cause=%s", event.appId(), failure);
                            return null;
                        })))
                .<Void>mapEmpty()
                .toCompletionStage();
    }

    private Future<SocketEventReply> run(SocketEvent event) {
        return UniHelper.toFuture(apps.find(event.appId()))
                .compose(app -> functions.all(app).compose(all -> {
                    Optional<DeployedFunction> function = handler(all, event.event());
                    return function.isEmpty()
                            ? Future.succeededFuture(
                                    new SocketEventReply(event.id(), event.replicaId(), Outcome.NO_HANDLER, null))
                            : run(app, function.get(), event);
                }));
    }

    private static Optional<DeployedFunction> handler(List<DeployedFunction> all, String event) {
        return all.stream()
                .filter(function -> function.trigger(Trigger.Websocket.class)
                        .filter(trigger -> trigger.event().equals(event))
                        .isPresent())
                .findFirst();
    }

    private Future<SocketEventReply> run(AppState app, DeployedFunction function, SocketEvent event) {
        var body = JsonNodeFactory.instance.objectNode().put("event", event.event());
        body.set("payload", event.payload());
        var headers = HttpHeaders.headers().set(HttpHeaders.CONTENT_TYPE, "application/json");
        var call = new TriggerCall(
                "websocket", HttpMethod.POST, "/", headers, Buffer.buffer(body.toString()), event.userId(), 0);
        return invocations.runAs(app, function, call, claims(event)).map(result -> answered(event, result));
    }

    private static DbClaims claims(SocketEvent event) {
        return switch (event.role()) {
            case ANON -> DbClaims.anonymous();
            case USER ->
                DbClaims.user(
                        Objects.requireNonNull(event.userId(), "A user has an id"),
                        Objects.requireNonNullElse(event.claims(), DbClaims.NO_CLAIMS));
            case SERVICE -> DbClaims.service();
        };
    }

    private SocketEventReply answered(SocketEvent event, InvocationResult result) {
        if (result.body().length() > config.maxAnswerBytes()) {
            return new SocketEventReply(event.id(), event.replicaId(), Outcome.FAILED, null);
        }
        return new SocketEventReply(
                event.id(),
                event.replicaId(),
                Outcome.ANSWERED,
                data(result.body().toString()));
    }

    /** JSON when it is some, else the text. */
    private static JsonNode data(String body) {
        try {
            JsonNode parsed = JSON.readTree(body);
            return parsed.isMissingNode() ? TextNode.valueOf(body) : parsed;
        } catch (JsonProcessingException e) {
            return TextNode.valueOf(body);
        }
    }
}
