package dev.ghee.realtime.log;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.Topics;
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
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Follows {@code ghee.changes} from the end as it was at start, once per process, and hands each app's records to whoever
 * follows the app, in order and without waiting. It never skips: after a failure it goes on where it was, and when the
 * log itself has lost records it says so to everybody.
 */
@ApplicationScoped
public class LogReader {
    private static final Logger LOG = Logger.getLogger(LogReader.class);
    private static final Duration POLL = Duration.ofMillis(500);
    /** Between fetches: under load, each would bring a record or two, and cost the broker as much as a hundred. */
    private static final Duration PACE = Duration.ofMillis(2);

    private static final Duration RETRY = Duration.ofMillis(500);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(3);

    private final LogConsumers consumers;
    private final Map<String, Follower> followers = new ConcurrentHashMap<>();
    private final Map<TopicPartition, Long> positions = new ConcurrentHashMap<>();
    private final CompletableFuture<Void> reading = new CompletableFuture<>();
    private volatile @Nullable KafkaConsumer<String, byte[]> consumer;
    private volatile boolean stopping;
    private @Nullable Thread thread;

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
        thread = Thread.ofPlatform().name("log-reader").daemon().start(this::run);
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        stopping = true;
        KafkaConsumer<String, byte[]> open = consumer;
        if (open != null) {
            open.wakeup();
        }
        if (thread != null) {
            thread.join(STOP_LIMIT);
        }
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

    private void run() {
        while (!stopping) {
            try (KafkaConsumer<String, byte[]> open = consumers.open("log-reader")) {
                consumer = open;
                position(open);
                reading.complete(null);
                follow(open);
            } catch (WakeupException e) {
                LOG.debug("The log reader stops");
            } catch (OffsetOutOfRangeException e) {
                LOG.errorf("The log has lost records: partitions=%s", e.partitions());
                positions.clear();
                followers.values().forEach(Follower::gap);
            } catch (KafkaException e) {
                LOG.warnf("Reading the log failed, trying again: cause=%s", e.getMessage());
                pause();
            } finally {
                consumer = null;
            }
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

    private void follow(KafkaConsumer<String, byte[]> open) {
        while (!stopping) {
            var records = open.poll(POLL);
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

    private void pause() {
        try {
            Thread.sleep(RETRY);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stopping = true;
        }
    }
}
