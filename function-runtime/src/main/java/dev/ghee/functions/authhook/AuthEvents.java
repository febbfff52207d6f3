package dev.ghee.functions.authhook;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ghee.contracts.AppState;
import dev.ghee.contracts.AuthEvent;
import dev.ghee.contracts.Contracts;
import dev.ghee.contracts.Topics;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.functions.queue.QueueName;
import dev.ghee.functions.queue.Queues;
import dev.ghee.tenancy.directory.AppDirectory;
import dev.ghee.tenancy.directory.StateTopics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Makes each sign-in that a function wants to hear of a message of the app's queue of hooks, which then sees to attempts
 * and dead letters. Offsets are committed after the messages are stored, and an event is known by its id, so each becomes
 * one message.
 */
@ApplicationScoped
class AuthEvents {
    private static final Logger LOG = Logger.getLogger(AuthEvents.class);
    private static final String GROUP = "function-runtime.auth-hooks";
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration APP_LIMIT = Duration.ofSeconds(5);

    private final Queues queues;
    private final AppDirectory apps;
    private final StateTopics topics;
    private final String bootstrapServers;
    private final Counter poison;
    private volatile boolean stopping;
    private volatile @Nullable KafkaConsumer<String, byte[]> consumer;
    private @Nullable Thread thread;

    AuthEvents(
            Queues queues,
            AppDirectory apps,
            StateTopics topics,
            MeterRegistry metrics,
            @ConfigProperty(name = "kafka.bootstrap.servers") String bootstrapServers) {
        this.queues = queues;
        this.apps = apps;
        this.topics = topics;
        this.bootstrapServers = bootstrapServers;
        this.poison = metrics.counter("ghee.functions.auth.events.unreadable");
    }

    void start(@Observes StartupEvent event) {
        // Of its own and no virtual thread: it sits in the consumer for as long as the process lives.
        thread = Thread.ofPlatform().name("auth-events").daemon().start(this::run);
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        stopping = true;
        KafkaConsumer<String, byte[]> current = consumer;
        if (current != null) {
            current.wakeup();
        }
        if (thread != null) {
            thread.join(Duration.ofSeconds(3));
        }
    }

    private void run() {
        while (!stopping) {
            try {
                topics.createMissingLogs(List.of(Topics.FUNCTIONS));
                consume();
            } catch (WakeupException e) {
                LOG.debug("Reader of sign-ins woken to stop");
            } catch (RuntimeException | ExecutionException e) {
                LOG.warnf("Reading sign-ins failed, trying again: cause=%s", e);
                pause();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void consume() {
        var settings = new Properties();
        settings.put("bootstrap.servers", bootstrapServers);
        settings.put("group.id", GROUP);
        settings.put("enable.auto.commit", "false");
        settings.put("auto.offset.reset", "earliest");
        try (var kafka = new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            consumer = kafka;
            kafka.subscribe(List.of(Topics.FUNCTIONS));
            while (!stopping) {
                var records = kafka.poll(POLL);
                for (ConsumerRecord<String, byte[]> record : records) {
                    keep(record);
                }
                if (!records.isEmpty()) {
                    kafka.commitSync();
                }
            }
        } finally {
            consumer = null;
        }
    }

    private void keep(ConsumerRecord<String, byte[]> record) {
        AuthEvent event;
        String payload;
        try {
            JsonNode wire = Contracts.read(record.value(), JsonNode.class);
            if (!AuthEvent.TYPE.equals(wire.path("type").asText())) {
                return;
            }
            event = Contracts.read(record.value(), AuthEvent.class);
            payload = wire.path("payload").toString();
        } catch (IOException | RuntimeException e) {
            poison.increment();
            LOG.errorf(
                    "Unreadable sign-in skipped: topic=%s partition=%d offset=%d cause=%s",
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    e.getClass().getSimpleName());
            return;
        }
        AppState app;
        try {
            app = apps.find(event.appId()).await().atMost(APP_LIMIT);
        } catch (GheeException e) {
            if (e.code() == ErrorCode.APP_NOT_FOUND) {
                return;
            }
            throw e;
        }
        if (app.status() == AppState.Status.READY || app.status() == AppState.Status.MIGRATING) {
            deliver(app, event, payload);
        }
    }

    /** One app's database that is away must not keep the others' sign-ins waiting for long. */
    private void deliver(AppState app, AuthEvent event, String payload) {
        for (int attempt = 1; ; attempt++) {
            try {
                queues.sendOnce(app, QueueName.AUTH_HOOKS, event.function(), payload, "auth " + event.id());
                return;
            } catch (GheeException e) {
                if (attempt == 3 || stopping) {
                    poison.increment();
                    LOG.errorf(
                            "Sign-in not kept for its function: app=%s event=%s cause=%s",
                            app.appId(), event.id(), e.message());
                    return;
                }
                pause();
            }
        }
    }

    private void pause() {
        try {
            Thread.sleep(RETRY);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stopping = true;
        }
    }
}
