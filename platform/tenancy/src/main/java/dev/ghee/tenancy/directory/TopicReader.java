package dev.ghee.tenancy.directory;

import dev.ghee.contracts.Contracts;
import dev.ghee.tenancy.topic.ReadingThread;
import dev.ghee.tenancy.topic.StateTopics;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Reads compacted topics from their beginning, every partition, for as long as the process lives, into
 * {@link MaterializedTopic}s. One thread and one consumer for all of them. Losing Kafka stops updates, not look-ups.
 */
@ApplicationScoped
public class TopicReader {
    private static final Logger LOG = Logger.getLogger(TopicReader.class);

    private final String bootstrapServers;
    private final StateTopics stateTopics;
    private final Map<String, Target<?>> targets = new ConcurrentHashMap<>();
    private volatile boolean caughtUp;
    private final ReadingThread reading = new ReadingThread("topic-reader", this::read);

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
        reading.start();
    }

    void stop(@Observes ShutdownEvent event) {
        reading.stop();
    }

    private void read(ReadingThread mine) throws ExecutionException, InterruptedException {
        stateTopics.createMissing(targets.keySet());
        try (var kafka = mine.open(bootstrapServers, Map.of("fetch.max.wait.ms", "200"))) {
            List<TopicPartition> partitions = targets.keySet().stream()
                    .flatMap(topic -> kafka.partitionsFor(topic).stream())
                    .map(TopicReader::partition)
                    .toList();
            kafka.assign(partitions);
            kafka.seekToBeginning(partitions);
            Map<TopicPartition, Long> pending = new HashMap<>(kafka.endOffsets(partitions));
            while (mine.goesOn()) {
                pending.entrySet().removeIf(end -> kafka.position(end.getKey()) >= end.getValue());
                if (pending.isEmpty() && !caughtUp) {
                    caughtUp = true;
                    LOG.infof("State topics read: topics=%s", targets.keySet());
                }
                kafka.poll(ReadingThread.POLL).forEach(this::accept);
            }
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
