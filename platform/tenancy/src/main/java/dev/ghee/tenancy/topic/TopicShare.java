package dev.ghee.tenancy.topic;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** A process's share of a topic of events, see {@link SharedTopics#shareEvents}. */
public final class TopicShare {
    private static final Logger LOG = Logger.getLogger(TopicShare.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(2);

    private final String bootstrapServers;
    private final String topic;
    private final String group;
    private final TopicTail.Preparation preparation;
    private final Promise promise;
    private final Function<ConsumerRecord<String, byte[]>, CompletionStage<?>> handler;
    private final Semaphore places;

    private volatile boolean stopping;
    private volatile @Nullable KafkaConsumer<String, byte[]> consumer;
    private @Nullable Thread thread;

    /** How often an event is told when processes die. */
    public enum Promise {
        /** What a process that dies was working on is not told again. */
        AT_MOST_ONCE,
        /** What a process that dies had not finished is told to another one, from its beginning. */
        AT_LEAST_ONCE
    }

    TopicShare(
            String bootstrapServers,
            String topic,
            String group,
            int atOnce,
            Promise promise,
            TopicTail.Preparation preparation,
            Function<ConsumerRecord<String, byte[]>, CompletionStage<?>> handler) {
        this.bootstrapServers = bootstrapServers;
        this.topic = topic;
        this.group = group;
        this.places = new Semaphore(atOnce);
        this.promise = promise;
        this.preparation = preparation;
        this.handler = handler;
    }

    void start() {
        thread = Thread.ofPlatform().name("share-" + topic).daemon().start(this::run);
    }

    void stop() {
        stopping = true;
        KafkaConsumer<String, byte[]> current = consumer;
        if (current != null) {
            current.wakeup();
        }
        try {
            if (thread != null && !thread.join(STOP_LIMIT)) {
                // It waits for a place.
                thread.interrupt();
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
                LOG.debugf("Share stops: topic=%s", topic);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException | ExecutionException e) {
                LOG.warnf("Topic not read, trying again: topic=%s cause=%s", topic, e);
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

    private void read() throws InterruptedException {
        var settings = new Properties();
        settings.put("bootstrap.servers", bootstrapServers);
        settings.put("group.id", group);
        settings.put("enable.auto.commit", "false");
        settings.put("auto.offset.reset", "latest");
        settings.put("reconnect.backoff.max.ms", "500");
        try (var kafka = new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            consumer = kafka;
            Unfinished unfinished = new Unfinished();
            kafka.subscribe(List.of(topic));
            while (!stopping) {
                ConsumerRecords<String, byte[]> records = kafka.poll(POLL);
                if (promise == Promise.AT_MOST_ONCE && !records.isEmpty()) {
                    kafka.commitSync();
                }
                for (ConsumerRecord<String, byte[]> record : records) {
                    unfinished.begins(record);
                    begin(record, unfinished);
                }
                if (promise == Promise.AT_LEAST_ONCE) {
                    commit(kafka, unfinished);
                }
            }
            if (promise == Promise.AT_LEAST_ONCE) {
                commit(kafka, unfinished);
            }
        } finally {
            consumer = null;
        }
    }

    private static void commit(KafkaConsumer<String, byte[]> kafka, Unfinished unfinished) {
        Map<TopicPartition, OffsetAndMetadata> done = unfinished.takeDone(kafka.assignment());
        if (!done.isEmpty()) {
            kafka.commitSync(done);
        }
    }

    /** Which records were begun and have not ended, per partition; what lies below all of them may be committed. */
    private static final class Unfinished {
        private final Map<TopicPartition, TreeMap<Long, Boolean>> begun = new HashMap<>();

        synchronized void begins(ConsumerRecord<?, ?> record) {
            begun.computeIfAbsent(partition(record), _ -> new TreeMap<>()).put(record.offset(), false);
        }

        synchronized void ended(ConsumerRecord<?, ?> record) {
            TreeMap<Long, Boolean> offsets = begun.get(partition(record));
            if (offsets != null) {
                offsets.replace(record.offset(), true);
            }
        }

        /** Where to go on, for those of our partitions where that has changed. Others are somebody else's now. */
        synchronized Map<TopicPartition, OffsetAndMetadata> takeDone(Set<TopicPartition> ours) {
            begun.keySet().retainAll(ours);
            Map<TopicPartition, OffsetAndMetadata> done = new HashMap<>();
            begun.forEach((partition, offsets) -> {
                while (!offsets.isEmpty() && offsets.firstEntry().getValue()) {
                    done.put(
                            partition,
                            new OffsetAndMetadata(offsets.pollFirstEntry().getKey() + 1));
                }
            });
            return done;
        }

        private static TopicPartition partition(ConsumerRecord<?, ?> record) {
            return new TopicPartition(record.topic(), record.partition());
        }
    }

    private void begin(ConsumerRecord<String, byte[]> record, Unfinished unfinished) throws InterruptedException {
        places.acquire();
        Runnable end = () -> {
            unfinished.ended(record);
            places.release();
        };
        try {
            handler.apply(record).whenComplete((_, _) -> end.run());
        } catch (RuntimeException e) {
            end.run();
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
