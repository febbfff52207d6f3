package dev.ghee.tenancy.topic;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * Reads all of a topic's partitions on one thread, which also calls the handler: record by record, in the order of each
 * partition, none twice. A broker that is away delays it, and it goes on where it was.
 */
public final class TopicTail {
    private static final Logger LOG = Logger.getLogger(TopicTail.class);

    private final String bootstrapServers;
    private final String topic;
    private final Start start;
    private final Preparation preparation;
    private final Consumer<ConsumerRecord<String, byte[]>> handler;
    private final CompletableFuture<Void> caughtUp = new CompletableFuture<>();
    /** The next offset to read, per partition. Of the reading thread. */
    private final Map<TopicPartition, Long> positions = new HashMap<>();

    private final ReadingThread reading;

    enum Start {
        BEGINNING,
        END
    }

    /** Makes topics that are missing. */
    interface Preparation {
        void createMissing(Collection<String> topics) throws ExecutionException, InterruptedException;
    }

    TopicTail(
            String bootstrapServers,
            String topic,
            Start start,
            Preparation preparation,
            Consumer<ConsumerRecord<String, byte[]>> handler) {
        this.bootstrapServers = bootstrapServers;
        this.topic = topic;
        this.start = start;
        this.preparation = preparation;
        this.handler = handler;
        this.reading = new ReadingThread("tail-" + topic, this::read);
    }

    /** Completes when everything that was on the topic at the first connection has been handled. */
    public CompletableFuture<Void> caughtUp() {
        return caughtUp;
    }

    void start() {
        reading.start();
    }

    void stop() {
        reading.stop();
    }

    private void read(ReadingThread mine) throws ExecutionException, InterruptedException {
        preparation.createMissing(List.of(topic));
        // Positions that are gone with the broker's data: what is there now is all there is.
        try (var kafka = mine.open(bootstrapServers, Map.of("auto.offset.reset", "earliest"))) {
            List<TopicPartition> partitions = kafka.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            kafka.assign(partitions);
            Map<TopicPartition, Long> ends = new HashMap<>(kafka.endOffsets(partitions));
            Map<TopicPartition, Long> beginnings = kafka.beginningOffsets(partitions);
            for (TopicPartition partition : partitions) {
                Map<TopicPartition, Long> first = start == Start.END ? ends : beginnings;
                kafka.seek(partition, positions.computeIfAbsent(partition, p -> first.getOrDefault(p, 0L)));
            }
            while (mine.goesOn()) {
                ends.entrySet().removeIf(end -> kafka.position(end.getKey()) >= end.getValue());
                if (ends.isEmpty()) {
                    caughtUp.complete(null);
                }
                for (ConsumerRecord<String, byte[]> record : kafka.poll(ReadingThread.POLL)) {
                    positions.put(new TopicPartition(record.topic(), record.partition()), record.offset() + 1);
                    handle(record);
                }
            }
        }
    }

    private void handle(ConsumerRecord<String, byte[]> record) {
        try {
            handler.accept(record);
        } catch (RuntimeException e) {
            // One bad record must not hide the good ones behind it.
            LOG.errorf(
                    "Record skipped: topic=%s partition=%d offset=%d cause=%s",
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    e.getClass().getSimpleName());
        }
    }
}
