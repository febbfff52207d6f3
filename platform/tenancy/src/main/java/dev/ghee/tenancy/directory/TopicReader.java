package dev.ghee.tenancy.directory;

import dev.ghee.contracts.Contracts;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Reads compacted topics from their beginning, every partition, for as long as the process lives, into
 * {@link MaterializedTopic}s. One thread and one consumer for all of them. Losing Kafka stops updates, not look-ups.
 */
@ApplicationScoped
public class TopicReader {
    private static final Logger LOG = Logger.getLogger(TopicReader.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final String bootstrapServers;
    private final StateTopics stateTopics;
    private final Map<String, Target<?>> targets = new ConcurrentHashMap<>();
    private volatile boolean caughtUp;
    private volatile boolean stopping;
    private volatile @Nullable KafkaConsumer<String, byte[]> consumer;
    private @Nullable Thread thread;

    TopicReader(@ConfigProperty(name = "kafka.bootstrap.servers") String bootstrapServers, StateTopics stateTopics) {
        this.bootstrapServers = bootstrapServers;
        this.stateTopics = stateTopics;
    }

    /** Where one topic's records go. */
    private record Target<V>(Class<V> type, MaterializedTopic<V> states) {
        void accept(ConsumerRecord<String, byte[]> record) throws IOException {
            byte[] value = record.value();
            if (value == null) {
                states.remove(record.key());
            } else {
                states.accept(record.key(), Contracts.read(value, type));
            }
        }
    }

    /** To be called before start-up ends, from the constructors of the directories. */
    <V> MaterializedTopic<V> materialize(String topic, Class<V> type, ToLongFunction<V> revision) {
        var states = new MaterializedTopic<>(revision);
        targets.put(topic, new Target<>(type, states));
        return states;
    }

    /** True once everything that was on the topics when the process started has been read. */
    boolean caughtUp() {
        return caughtUp;
    }

    // The directories are parameters so that they exist, and have said what they want, before reading begins.
    void start(@Observes StartupEvent event, AppDirectory apps, KeyDirectory keys) {
        apps.all();
        keys.onChange(_ -> {});
        begin();
    }

    void begin() {
        thread = Thread.ofPlatform().name("topic-reader").daemon().start(this::run);
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
                stateTopics.createMissing(targets.keySet());
                read();
            } catch (WakeupException e) {
                LOG.debug("Reader woken to stop");
            } catch (RuntimeException | ExecutionException e) {
                LOG.warnf("Reading state topics failed, trying again: topics=%s cause=%s", targets.keySet(), e);
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
        settings.put("fetch.max.wait.ms", "200");
        try (var kafka = new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            consumer = kafka;
            List<TopicPartition> partitions = targets.keySet().stream()
                    .flatMap(topic -> kafka.partitionsFor(topic).stream())
                    .map(TopicReader::partition)
                    .toList();
            kafka.assign(partitions);
            kafka.seekToBeginning(partitions);
            Map<TopicPartition, Long> pending = new HashMap<>(kafka.endOffsets(partitions));
            while (!stopping) {
                pending.entrySet().removeIf(end -> kafka.position(end.getKey()) >= end.getValue());
                if (pending.isEmpty() && !caughtUp) {
                    caughtUp = true;
                    LOG.infof("State topics read: topics=%s", targets.keySet());
                }
                kafka.poll(POLL).forEach(this::accept);
            }
        } finally {
            consumer = null;
        }
    }

    private static TopicPartition partition(PartitionInfo info) {
        return new TopicPartition(info.topic(), info.partition());
    }

    private void accept(ConsumerRecord<String, byte[]> record) {
        Target<?> target = targets.get(record.topic());
        if (target == null) {
            return;
        }
        try {
            target.accept(record);
        } catch (IOException | RuntimeException e) {
            // One bad record must not hide the good ones behind it; the state keeps its last readable version.
            LOG.errorf(
                    "Unreadable record skipped: topic=%s partition=%d offset=%d cause=%s",
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    e.getClass().getSimpleName());
        }
    }
}
