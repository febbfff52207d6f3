package dev.ghee.functions.function;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.Contracts;
import dev.ghee.contracts.FunctionsChanged;
import dev.ghee.contracts.Topics;
import dev.ghee.functions.audit.EventWriter;
import dev.ghee.tenancy.directory.StateTopics;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Tells every replica, this one included, that an app's functions changed. Each replica reads all of the topic from
 * where it ends; what was said while one could not read it is made up for by forgetting everything.
 */
@ApplicationScoped
class FunctionChanges {
    private static final Logger LOG = Logger.getLogger(FunctionChanges.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final String bootstrapServers;
    private final StateTopics topics;
    private final EventWriter events;
    private final FunctionDirectory directory;
    private volatile boolean stopping;
    private volatile @Nullable KafkaConsumer<String, byte[]> consumer;
    private @Nullable Thread thread;

    FunctionChanges(
            @ConfigProperty(name = "kafka.bootstrap.servers") String bootstrapServers,
            StateTopics topics,
            EventWriter events,
            FunctionDirectory directory) {
        this.bootstrapServers = bootstrapServers;
        this.topics = topics;
        this.events = events;
        this.directory = directory;
    }

    /** Forgets at once here; completes when Kafka has the word for the others. Not for event loops. */
    CompletableFuture<Void> changed(AppId app) {
        directory.forget(app);
        return events.write(Topics.FUNCTION_CHANGES, app, new FunctionsChanged(app, Instant.now()));
    }

    void start(@Observes StartupEvent event) {
        thread = Thread.ofPlatform().name("function-changes").daemon().start(this::run);
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
                topics.createMissingLogs(List.of(Topics.FUNCTION_CHANGES));
                read();
            } catch (WakeupException e) {
                LOG.debug("Reader woken to stop");
            } catch (RuntimeException | ExecutionException e) {
                LOG.warnf("Reading changes of functions failed, trying again: cause=%s", e);
                pause();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
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

    private void read() {
        var settings = new Properties();
        settings.put("bootstrap.servers", bootstrapServers);
        settings.put("enable.auto.commit", "false");
        settings.put("fetch.max.wait.ms", "500");
        try (var kafka = new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            consumer = kafka;
            List<TopicPartition> partitions = kafka.partitionsFor(Topics.FUNCTION_CHANGES).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            kafka.assign(partitions);
            kafka.seekToEnd(partitions);
            partitions.forEach(kafka::position);
            directory.forgetAll();
            while (!stopping) {
                kafka.poll(POLL).forEach(this::accept);
            }
        } finally {
            consumer = null;
        }
    }

    private void accept(ConsumerRecord<String, byte[]> record) {
        try {
            directory.forget(
                    Contracts.read(record.value(), FunctionsChanged.class).appId());
        } catch (IOException | RuntimeException e) {
            LOG.errorf("Unreadable record skipped: topic=%s offset=%d", record.topic(), record.offset());
        }
    }
}
