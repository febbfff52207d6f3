package dev.ghee.tenancy.topic;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
import org.jboss.logging.Logger;

/** A process's share of a topic of events, see {@link SharedTopics#shareEvents}. */
public final class TopicShare {
    private static final Logger LOG = Logger.getLogger(TopicShare.class);

    private final String bootstrapServers;
    private final String topic;
    private final String group;
    private final TopicTail.Preparation preparation;
    private final Promise promise;
    private final Function<ConsumerRecord<String, byte[]>, CompletionStage<?>> handler;
    private final Semaphore places;

    private final ReadingThread reading;

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
        this.reading = new ReadingThread("share-" + topic, this::read);
    }

    void start() {
        reading.start();
    }

    void stop() {
        reading.stop();
    }

    private void read(ReadingThread mine) throws ExecutionException, InterruptedException {
        preparation.createMissing(List.of(topic));
        // A group that has read nothing yet begins with the oldest: what was written before it came is not lost.
        try (var kafka = mine.open(bootstrapServers, Map.of("group.id", group, "auto.offset.reset", "earliest"))) {
            kafka.subscribe(List.of(topic));
            switch (promise) {
                case AT_MOST_ONCE -> readOnce(mine, kafka);
                case AT_LEAST_ONCE -> readUntilDone(mine, kafka);
            }
        }
    }

    private void readOnce(ReadingThread mine, KafkaConsumer<String, byte[]> kafka) throws InterruptedException {
        while (mine.goesOn()) {
            ConsumerRecords<String, byte[]> records = kafka.poll(ReadingThread.POLL);
            if (!records.isEmpty()) {
                kafka.commitSync();
            }
            for (ConsumerRecord<String, byte[]> record : records) {
                begin(record, places::release);
            }
        }
    }

    private void readUntilDone(ReadingThread mine, KafkaConsumer<String, byte[]> kafka) throws InterruptedException {
        var unfinished = new Unfinished();
        try {
            while (mine.goesOn()) {
                for (ConsumerRecord<String, byte[]> record : kafka.poll(ReadingThread.POLL)) {
                    unfinished.begins(record);
                    begin(record, () -> {
                        unfinished.ended(record);
                        places.release();
                    });
                }
                commit(kafka, unfinished);
            }
        } catch (WakeupException e) {
            // Woken to stop: what is done needs no other process.
            commit(kafka, unfinished);
            throw e;
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

    private void begin(ConsumerRecord<String, byte[]> record, Runnable end) throws InterruptedException {
        places.acquire();
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
