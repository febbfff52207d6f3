package dev.ghee.tenancy.topic;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Reads all of a topic's partitions on one thread, which also calls the handler: record by record, in the order of each
 * partition, none twice. A broker that is away delays it, and it goes on where it was.
 */
public final class TopicTail {
    private static final Logger LOG = Logger.getLogger(TopicTail.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(2);

    private final String bootstrapServers;
    private final String topic;
    private final Start start;
    private final Preparation preparation;
    private final Consumer<ConsumerRecord<String, byte[]>> handler;
    private final CompletableFuture<Void> caughtUp = new CompletableFuture<>();
    /** The next offset to read, per partition. Of the reading thread. */
    private final Map<TopicPartition, Long> positions = new HashMap<>();

    private volatile boolean stopping;
    private volatile @Nullable KafkaConsumer<String, byte[]> consumer;
    private @Nullable Thread thread;

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
    }

    /** Completes when everything that was on the topic at the first connection has been handled. */
    public CompletableFuture<Void> caughtUp() {
        return caughtUp;
    }

    void start() {
        thread = Thread.ofPlatform().name("tail-" + topic).daemon().start(this::run);
    }

    void stop() {
        stopping = true;
        KafkaConsumer<String, byte[]> current = consumer;
        if (current != null) {
            current.wakeup();
        }
        try {
            if (thread != null) {
                thread.join(STOP_LIMIT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!stopping) {
            try {
                preparation.createMissing(List.of(topic));
                read();
            } catch (WakeupException e) {
                LOG.debugf("Tail stops: topic=%s", topic);
            } catch (RuntimeException | ExecutionException e) {
                LOG.warnf("Topic not read, trying again: topic=%s cause=%s", topic, e);
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
        // Positions that are gone with the broker's data: what is there now is all there is.
        settings.put("auto.offset.reset", "earliest");
        settings.put("reconnect.backoff.max.ms", "500");
        try (var kafka = new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            consumer = kafka;
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
            while (!stopping) {
                ends.entrySet().removeIf(end -> kafka.position(end.getKey()) >= end.getValue());
                if (ends.isEmpty()) {
                    caughtUp.complete(null);
                }
                for (ConsumerRecord<String, byte[]> record : kafka.poll(POLL)) {
                    positions.put(new TopicPartition(record.topic(), record.partition()), record.offset() + 1);
                    handle(record);
                }
            }
        } finally {
            consumer = null;
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
