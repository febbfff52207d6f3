package dev.ghee.control.audit;

import dev.ghee.contracts.AuditEvent;
import dev.ghee.contracts.Contracts;
import dev.ghee.contracts.Topics;
import dev.ghee.control.region.ControlDatabase;
import dev.ghee.tenancy.topic.ReadingThread;
import dev.ghee.tenancy.topic.StateTopics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.VertxContextSupport;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the audit events that other services publish. Offsets are committed after the events are stored, and an
 * event is known by its id, so each is kept once. What cannot be read goes to the dead letter topic and is counted.
 */
@ApplicationScoped
class AuditIngest {
    static final String DEAD_LETTERS = Topics.AUDIT + ".dlq";

    private static final Logger LOG = Logger.getLogger(AuditIngest.class);
    private static final String GROUP = "control-api.audit";

    private final AuditLog log;
    private final StateTopics topics;
    private final String bootstrapServers;
    private final Counter poison;
    private final ReadingThread reading = new ReadingThread("audit-ingest", this::consume);

    AuditIngest(
            AuditLog log,
            StateTopics topics,
            MeterRegistry metrics,
            @ConfigProperty(name = "kafka.bootstrap.servers") String bootstrapServers) {
        this.log = log;
        this.topics = topics;
        this.bootstrapServers = bootstrapServers;
        this.poison = metrics.counter("ghee.audit.dead.letters");
    }

    void start(@Observes @Priority(ControlDatabase.READY + 40) StartupEvent event) {
        reading.start();
    }

    void stop(@Observes ShutdownEvent event) {
        reading.stop();
    }

    private void consume(ReadingThread mine) throws ExecutionException, InterruptedException {
        topics.createMissingLogs(List.of(Topics.AUDIT, DEAD_LETTERS));
        try (var kafka = mine.open(bootstrapServers, Map.of("group.id", GROUP, "auto.offset.reset", "earliest"))) {
            kafka.subscribe(List.of(Topics.AUDIT));
            while (mine.goesOn()) {
                var records = kafka.poll(ReadingThread.POLL);
                for (ConsumerRecord<String, byte[]> record : records) {
                    keep(record);
                }
                if (!records.isEmpty()) {
                    kafka.commitSync();
                }
            }
        }
    }

    private void keep(ConsumerRecord<String, byte[]> record) throws ExecutionException, InterruptedException {
        AuditEvent event;
        try {
            event = parse(record.value());
        } catch (IOException | RuntimeException e) {
            bury(record, e);
            return;
        }
        try {
            VertxContextSupport.subscribeAndAwait(() -> log.record(event));
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** Throws also when a field that must be there is missing. */
    private static AuditEvent parse(byte @Nullable [] value) throws IOException {
        if (value == null) {
            throw new IOException("no value");
        }
        AuditEvent event = Contracts.read(value, AuditEvent.class);
        if (java.util.stream.Stream.of(
                        event.id(),
                        event.appId(),
                        event.category(),
                        event.eventType(),
                        event.action(),
                        event.resourceType(),
                        event.actorType(),
                        event.createdAt())
                .anyMatch(java.util.Objects::isNull)) {
            throw new IOException("a field is missing");
        }
        return event;
    }

    private void bury(ConsumerRecord<String, byte[]> record, Exception error)
            throws ExecutionException, InterruptedException {
        poison.increment();
        LOG.errorf(
                "Unreadable audit event set aside: topic=%s partition=%d offset=%d cause=%s",
                record.topic(),
                record.partition(),
                record.offset(),
                error.getClass().getSimpleName());
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", bootstrapServers, "acks", "all"),
                new StringSerializer(),
                new ByteArraySerializer())) {
            var letter = new ProducerRecord<>(DEAD_LETTERS, record.key(), record.value());
            letter.headers().add("error", error.getClass().getSimpleName().getBytes(StandardCharsets.UTF_8));
            producer.send(letter).get();
        }
    }
}
