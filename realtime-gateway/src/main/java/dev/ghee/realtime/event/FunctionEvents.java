package dev.ghee.realtime.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.ghee.contracts.AppId;
import dev.ghee.contracts.Contracts;
import dev.ghee.contracts.SocketEvent;
import dev.ghee.contracts.SocketEventReply;
import dev.ghee.contracts.Topics;
import dev.ghee.realtime.replica.ReplicaId;
import dev.ghee.realtime.replica.Replicas;
import dev.ghee.realtime.subscription.Viewer;
import dev.ghee.tenancy.topic.SharedTopics;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/**
 * Hands events of clients to function-runtime and waits for what the functions answer, over Kafka: this service knows
 * neither functions nor where they run. An event is told once; whether it was heard, the answer says.
 */
@ApplicationScoped
public class FunctionEvents {
    private static final Logger LOG = Logger.getLogger(FunctionEvents.class);

    private final Vertx vertx;
    private final SharedTopics topics;
    private final ReplicaId replica;
    private final EventConfig config;
    private final Map<String, Waiting> waiting = new ConcurrentHashMap<>();
    /** A broker that is away blocks whoever writes. */
    private final ExecutorService writer = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("socket-events").daemon().factory());

    private record Waiting(Consumer<EventOutcome> whenDone, long timer) {}

    FunctionEvents(Vertx vertx, SharedTopics topics, Replicas replicas, EventConfig config, MeterRegistry metrics) {
        this.vertx = vertx;
        this.topics = topics;
        this.replica = replicas.self();
        this.config = config;
        metrics.gauge("ghee.realtime.events.waiting", waiting, Map::size);
    }

    void start(@Observes StartupEvent event) {
        topics.followEvents(Topics.SOCKET_EVENT_REPLIES, this::replied);
    }

    void stop(@Observes ShutdownEvent event) {
        writer.shutdownNow();
    }

    /**
     * Runs the app's function for the event, as this viewer.
     *
     * @param whenDone called once, from any thread
     */
    public void call(AppId app, Viewer viewer, String event, JsonNode payload, Consumer<EventOutcome> whenDone) {
        if (waiting.size() >= config.maxWaiting()) {
            whenDone.accept(new EventOutcome.Failed());
            return;
        }
        String id = UUID.randomUUID().toString();
        long timer = vertx.setTimer(config.patience().toMillis(), _ -> end(id, new EventOutcome.Failed()));
        waiting.put(id, new Waiting(whenDone, timer));
        boolean user = !viewer.subject().isEmpty();
        var call = new SocketEvent(
                id,
                app,
                event,
                payload,
                SocketEvent.Role.valueOf(viewer.role().name()),
                user ? viewer.subject() : null,
                user ? viewer.claims() : null,
                replica.value(),
                Instant.now().plus(config.patience()));
        writer.execute(() -> topics.write(Topics.SOCKET_EVENTS, app.value(), app.value(), Contracts.write(call))
                .exceptionally(failure -> {
                    LOG.debugf("Event not sent: app=%s cause=%s", app, failure);
                    end(id, new EventOutcome.Failed());
                    return null;
                }));
    }

    private void replied(ConsumerRecord<String, byte[]> record) {
        SocketEventReply reply;
        try {
            reply = Contracts.read(record.value(), SocketEventReply.class);
        } catch (IOException e) {
            LOG.errorf("Answer to an event is unreadable: offset=%d", record.offset());
            return;
        }
        if (reply.replicaId().equals(replica.value())) {
            JsonNode data = reply.data() == null ? NullNode.getInstance() : reply.data();
            end(
                    reply.id(),
                    switch (reply.outcome()) {
                        case ANSWERED -> new EventOutcome.Answered(data);
                        case NO_HANDLER -> new EventOutcome.NoHandler();
                        case FAILED -> new EventOutcome.Failed();
                    });
        }
    }

    private void end(String id, EventOutcome outcome) {
        Waiting ended = waiting.remove(id);
        if (ended != null) {
            vertx.cancelTimer(ended.timer());
            ended.whenDone().accept(outcome);
        }
    }
}
