package dev.ghee.realtime.log;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AuditEvent;
import dev.ghee.contracts.Contracts;
import dev.ghee.contracts.Topics;
import dev.ghee.realtime.change.TransactionPart;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Writes {@code ghee.changes}, in the order in which each app's parts are given, and {@code ghee.audit}. An idempotent
 * producer that never gives up by itself: a record that was dropped while later ones went through would be a gap that
 * no reader could see.
 */
@ApplicationScoped
public class ChangeLog {
    private static final Logger LOG = Logger.getLogger(ChangeLog.class);

    private static final String BATCH_BYTES = "262144";

    private final LogConfig config;
    private final String bootstrapServers;
    private final KafkaProducer<String, byte[]> producer;
    private final RecordWriter writer = new RecordWriter();
    private final Counter oversized;

    ChangeLog(
            LogConfig config,
            @ConfigProperty(name = "kafka.bootstrap.servers") String bootstrapServers,
            MeterRegistry metrics) {
        this.config = config;
        this.bootstrapServers = bootstrapServers;
        this.oversized = metrics.counter("ghee.realtime.log.oversized");
        var settings = new Properties();
        settings.put("bootstrap.servers", bootstrapServers);
        settings.put("client.id", "ghee-realtime");
        settings.put("acks", "all");
        settings.put("enable.idempotence", "true");
        settings.put("linger.ms", "0");
        // Without lingering, batches grow only while the broker is busy; then larger ones make up for it.
        settings.put("batch.size", BATCH_BYTES);
        settings.put("delivery.timeout.ms", Integer.toString(Integer.MAX_VALUE));
        settings.put("max.request.size", Integer.toString(config.maxRecordBytes()));
        this.producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
    }

    void start(@Observes StartupEvent event) {
        Thread.ofVirtual().name("change-log-topic").start(this::createTopic);
    }

    void stop(@Observes ShutdownEvent event) {
        producer.close(Duration.ofSeconds(2));
    }

    /**
     * Completes with the part's offset when all in-sync replicas have it. Blocks while the producer's buffer is full, and
     * fails with Kafka's exceptions: the part was then not written, and the caller has to start again from it.
     */
    public CompletableFuture<Long> append(AppId app, TransactionPart part) {
        if (part.bytes() > config.maxRecordBytes()) {
            // Not even tried: its record would take several times the row's size of memory.
            return appendWithoutImages(app, part);
        }
        return send(record(app, part, writer.write(app, part)))
                .exceptionallyCompose(
                        e -> tooLarge(e) ? appendWithoutImages(app, part) : CompletableFuture.failedFuture(e));
    }

    /** Completes when the event is on the log. */
    public CompletableFuture<Void> audit(AuditEvent event) {
        return send(new ProducerRecord<>(Topics.AUDIT, event.appId().value(), Contracts.write(event)))
                .thenAccept(_ -> {});
    }

    private CompletableFuture<Long> appendWithoutImages(AppId app, TransactionPart part) {
        oversized.increment();
        LOG.warnf("Rows too large for the log are left out: app=%s lsn=%s", app, part.commitLsn());
        return send(record(app, part, writer.writeWithoutImages(app, part)));
    }

    private static ProducerRecord<String, byte[]> record(AppId app, TransactionPart part, byte[] value) {
        return new ProducerRecord<>(Topics.CHANGES, null, app.value(), value, LogRecord.headers(part));
    }

    private CompletableFuture<Long> send(ProducerRecord<String, byte[]> record) {
        var done = new CompletableFuture<Long>();
        producer.send(record, (metadata, failure) -> {
            if (failure == null) {
                done.complete(metadata.offset());
            } else {
                done.completeExceptionally(failure);
            }
        });
        return done;
    }

    private static boolean tooLarge(Throwable e) {
        return e instanceof RecordTooLargeException || e.getCause() instanceof RecordTooLargeException;
    }

    private void createTopic() {
        var topic = new NewTopic(Topics.CHANGES, Optional.of(config.partitions()), Optional.empty())
                .configs(Map.of(
                        TopicConfig.RETENTION_MS_CONFIG,
                        Long.toString(config.retention().toMillis()),
                        TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                        Integer.toString(config.maxRecordBytes())));
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            admin.createTopics(List.of(topic)).all().get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                LOG.warnf("Topic not created, the broker may do it: topic=%s cause=%s", Topics.CHANGES, e.getCause());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
