package dev.ghee.bench.realtime;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.Contracts;
import dev.ghee.contracts.RowChanges;
import dev.ghee.contracts.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * {@code ghee.changes} as it grows. Reading it along would take a core from what is measured, so only its end is
 * watched; what is in it is read afterwards. For one thread.
 */
final class ChangeTopic implements AutoCloseable {
    private static final long LOOK_NANOS = 10_000_000;
    private static final Duration READ_LIMIT = Duration.ofSeconds(10);

    private final KafkaConsumer<String, byte[]> consumer;
    private final List<TopicPartition> partitions;
    private final Map<TopicPartition, Long> begin;
    private final List<Look> looks = new ArrayList<>();

    private record Look(long nanos, Map<TopicPartition, Long> ends) {}

    /**
     * An app's rows on the log.
     *
     * @param rows distinct ones
     * @param repeated rows that are there more than once
     * @param completeNanos when the log held the last of them, as {@link System#nanoTime}
     */
    record Content(long rows, long repeated, long completeNanos) {}

    /** Begins where the topic ends now. */
    ChangeTopic(String bootstrapServers) {
        this.consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers, "max.poll.records", "5000"),
                new StringDeserializer(),
                new ByteArrayDeserializer());
        this.partitions = consumer.partitionsFor(Topics.CHANGES).stream()
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList();
        this.begin = consumer.endOffsets(partitions);
    }

    /** Returns when the topic has grown, and then not for so long. */
    void awaitQuiet(Duration quiet, Duration limit) {
        long since = System.nanoTime();
        long deadline = since + limit.toNanos();
        Map<TopicPartition, Long> last = begin;
        while (System.nanoTime() < deadline) {
            Map<TopicPartition, Long> now = consumer.endOffsets(partitions);
            if (!now.equals(last)) {
                last = now;
                since = System.nanoTime();
                looks.add(new Look(since, now));
            } else if (!last.equals(begin) && System.nanoTime() - since > quiet.toNanos()) {
                return;
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    /** What the topic got of this app since the beginning. */
    Content content(AppId app) throws IOException {
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        consumer.assign(partitions);
        begin.forEach(consumer::seek);
        Set<String> seen = new HashSet<>();
        long total = 0;
        long complete = 0;
        long deadline = System.nanoTime() + READ_LIMIT.toNanos();
        while (partitions.stream().anyMatch(partition -> consumer.position(partition) < at(ends, partition))
                && System.nanoTime() < deadline) {
            for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                if (app.value().equals(record.key())) {
                    RowChanges changes = Contracts.read(record.value(), RowChanges.class);
                    total += changes.changes().size();
                    boolean more = false;
                    for (RowChanges.Change change : changes.changes()) {
                        more |= seen.add(changes.commitLsn() + " " + change.sequence());
                    }
                    complete = more ? Math.max(complete, since(record)) : complete;
                }
                deadline = System.nanoTime() + READ_LIMIT.toNanos();
            }
        }
        return new Content(seen.size(), total - seen.size(), complete);
    }

    /** When the record was seen to be there. */
    private long since(ConsumerRecord<String, byte[]> record) {
        var partition = new TopicPartition(record.topic(), record.partition());
        return looks.stream()
                .filter(look -> at(look.ends(), partition) > record.offset())
                .mapToLong(Look::nanos)
                .findFirst()
                .orElseGet(System::nanoTime);
    }

    private static long at(Map<TopicPartition, Long> offsets, TopicPartition partition) {
        return offsets.getOrDefault(partition, 0L);
    }

    @Override
    public void close() {
        consumer.close();
    }
}
