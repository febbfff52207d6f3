package dev.ghee.realtime.log;

import dev.ghee.contracts.AppId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;

/** Reads one app's records again, from an offset on. For one thread; fails with Kafka's exceptions. */
public final class LogScan implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);

    private final AppId app;
    private final KafkaConsumer<String, byte[]> consumer;
    private final TopicPartition partition;

    private LogScan(AppId app, KafkaConsumer<String, byte[]> consumer, TopicPartition partition) {
        this.app = app;
        this.consumer = consumer;
        this.partition = partition;
    }

    /**
     * What the log has of an app's partition.
     *
     * @param end the offset that comes next
     */
    public record Range(long first, long end) {}

    public static Range range(LogConsumers consumers, AppId app) {
        try (KafkaConsumer<String, byte[]> consumer = consumers.open("scan")) {
            TopicPartition partition =
                    LogConsumers.partitionOf(app, consumers.partitions(consumer).size());
            return range(consumer, partition);
        }
    }

    private static Range range(KafkaConsumer<String, byte[]> consumer, TopicPartition partition) {
        List<TopicPartition> one = List.of(partition);
        return new Range(
                consumer.beginningOffsets(one).getOrDefault(partition, 0L),
                consumer.endOffsets(one).getOrDefault(partition, 0L));
    }

    /** Empty when the log no longer, or not yet, has that offset. */
    public static Optional<LogScan> from(LogConsumers consumers, AppId app, long offset) {
        KafkaConsumer<String, byte[]> consumer = consumers.open("scan");
        try {
            List<TopicPartition> all = consumers.partitions(consumer);
            TopicPartition partition = LogConsumers.partitionOf(app, all.size());
            consumer.assign(List.of(partition));
            Range range = range(consumer, partition);
            if (offset < range.first() || offset > range.end()) {
                consumer.close();
                return Optional.empty();
            }
            consumer.seek(partition, offset);
            return Optional.of(new LogScan(app, consumer, partition));
        } catch (RuntimeException e) {
            consumer.close();
            throw e;
        }
    }

    /**
     * The app's records among those that come next, maybe none; waits a little for some. Fails with
     * {@link OffsetOutOfRangeException} when the log has lost what would come next.
     */
    public List<LogRecord> next() {
        List<LogRecord> records = new ArrayList<>();
        for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
            LogRecord read = LogRecord.of(record);
            if (read.isOf(app)) {
                records.add(read);
            }
        }
        return records;
    }

    /** The next offset that will be read. */
    public long offset() {
        return consumer.position(partition);
    }

    @Override
    public void close() {
        consumer.close();
    }
}
