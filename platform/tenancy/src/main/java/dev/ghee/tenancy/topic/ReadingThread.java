package dev.ghee.tenancy.topic;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A thread that reads topics for as long as its owner lives. When its work fails, as it does while the broker is away,
 * the work begins again half a second later.
 */
public final class ReadingThread {
    /** Longest wait of a poll. */
    public static final Duration POLL = Duration.ofMillis(500);

    private static final Logger LOG = Logger.getLogger(ReadingThread.class);
    private static final Duration RETRY = Duration.ofMillis(500);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(3);

    private final String name;
    private final Work work;
    private volatile boolean stopping;
    private volatile @Nullable KafkaConsumer<String, byte[]> consumer;
    private @Nullable Thread thread;

    /** Opens a consumer and polls it until {@link #goesOn} is false. */
    @FunctionalInterface
    public interface Work {
        void run(ReadingThread thread) throws ExecutionException, InterruptedException;
    }

    /** @param name of the thread, and in logs */
    public ReadingThread(String name, Work work) {
        this.name = name;
        this.work = work;
    }

    public void start() {
        thread = Thread.ofPlatform().name(name).daemon().start(this::run);
    }

    /** Wakes the consumer and waits for the work's end, which is interrupted when it takes longer than three seconds. */
    public void stop() {
        stopping = true;
        KafkaConsumer<String, byte[]> open = consumer;
        if (open != null) {
            open.wakeup();
        }
        try {
            if (thread != null && !thread.join(STOP_LIMIT)) {
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether to poll once more. */
    public boolean goesOn() {
        return !stopping;
    }

    /** A consumer that {@link #stop} wakes; to be closed by the work. It commits nothing by itself. */
    public KafkaConsumer<String, byte[]> open(String bootstrapServers, Map<String, String> settings) {
        Map<String, Object> all = new HashMap<>(settings);
        all.put("bootstrap.servers", bootstrapServers);
        all.put("enable.auto.commit", "false");
        // After an outage somebody waits: the default's growing pauses would add seconds to it.
        all.put("reconnect.backoff.max.ms", "500");
        return waking(new KafkaConsumer<>(all, new StringDeserializer(), new ByteArrayDeserializer()));
    }

    /** The given consumer, which {@link #stop} wakes from now on. */
    public KafkaConsumer<String, byte[]> waking(KafkaConsumer<String, byte[]> opened) {
        consumer = opened;
        return opened;
    }

    private void run() {
        while (!stopping) {
            try {
                work.run(this);
            } catch (WakeupException e) {
                LOG.debugf("Reading stops: thread=%s", name);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException | ExecutionException e) {
                LOG.warnf("Reading failed, trying again: thread=%s cause=%s", name, e);
                pause();
            } finally {
                consumer = null;
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
