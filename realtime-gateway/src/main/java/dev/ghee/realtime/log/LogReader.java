package dev.ghee.realtime.log;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.Topics;
import dev.ghee.tenancy.topic.ReadingThread;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * Follows {@code ghee.changes} from the end as it was at start, once per process, and hands each app's records to whoever
 * follows the app, in order and without waiting. It never skips: after a failure it goes on where it was, and when the
 * log itself has lost records it says so to everybody.
 */
@ApplicationScoped
public class LogReader {
    private static final Logger LOG = Logger.getLogger(LogReader.class);
    /** Between fetches: under load, each would bring a record or two, and cost the broker as much as a hundred. */
    private static final Duration PACE = Duration.ofMillis(2);

    private final LogConsumers consumers;
    private final Map<String, Follower> followers = new ConcurrentHashMap<>();
    private final Map<TopicPartition, Long> positions = new ConcurrentHashMap<>();
    private final CompletableFuture<Void> reading = new CompletableFuture<>();
    private final ReadingThread thread = new ReadingThread("log-reader", this::read);

    /** Takes an app's records. Called from one thread, which must not be held up. */
    public interface Follower {
        void accept(LogRecord record);

        /** Records may be missing before the next one. */
        void gap();
    }

    LogReader(LogConsumers consumers) {
        this.consumers = consumers;
    }

    void start(@Observes StartupEvent event) {
        thread.start();
    }

    void stop(@Observes ShutdownEvent event) {
        thread.stop();
    }

    /** Hands over the app's records from now on, in place of an earlier follower. Completes once the log is read at all. */
    public CompletableFuture<Void> follow(AppId app, Follower follower) {
        followers.put(app.value(), follower);
        return reading;
    }

    /** Who follows before this is called is handed every record of the app from this offset on. */
    public long offset(AppId app) {
        return positions.getOrDefault(LogConsumers.partitionOf(app, positions.size()), 0L);
    }

    public void unfollow(AppId app, Follower follower) {
        followers.remove(app.value(), follower);
    }

    private void read(ReadingThread mine) {
        try (KafkaConsumer<String, byte[]> open = mine.waking(consumers.open("log-reader"))) {
            position(open);
            reading.complete(null);
            follow(mine, open);
        } catch (OffsetOutOfRangeException e) {
            LOG.errorf("The log has lost records: partitions=%s", e.partitions());
            positions.clear();
            followers.values().forEach(Follower::gap);
        }
    }

    private void position(KafkaConsumer<String, byte[]> open) {
        List<TopicPartition> partitions = consumers.partitions(open);
        open.assign(partitions);
        if (positions.isEmpty()) {
            positions.putAll(open.endOffsets(partitions));
        }
        positions.forEach(open::seek);
    }

    private void follow(ReadingThread mine, KafkaConsumer<String, byte[]> open) {
        while (mine.goesOn()) {
            var records = open.poll(ReadingThread.POLL);
            for (var record : records) {
                positions.put(new TopicPartition(Topics.CHANGES, record.partition()), record.offset() + 1);
                Follower follower = followers.get(record.key());
                if (follower != null) {
                    follower.accept(LogRecord.of(record));
                }
            }
            if (!records.isEmpty()) {
                LockSupport.parkNanos(PACE.toNanos());
            }
        }
    }
}
