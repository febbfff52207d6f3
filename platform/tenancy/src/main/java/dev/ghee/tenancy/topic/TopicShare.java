package dev.ghee.tenancy.topic;

import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** A process's share of a topic of events, see {@link SharedTopics#shareEvents}. Offsets are committed before the work begins. */
final class TopicShare {
    private static final Logger LOG = Logger.getLogger(TopicShare.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(2);

    private final String bootstrapServers;
    private final String topic;
    private final String group;
    private final TopicTail.Preparation preparation;
    private final Function<ConsumerRecord<String, byte[]>, CompletionStage<?>> handler;
    private final Semaphore places;

    private volatile boolean stopping;
    private volatile @Nullable KafkaConsumer<String, byte[]> consumer;
    private @Nullable Thread thread;

    TopicShare(
            String bootstrapServers,
            String topic,
            String group,
            int atOnce,
            TopicTail.Preparation preparation,
            Function<ConsumerRecord<String, byte[]>, CompletionStage<?>> handler) {
        this.bootstrapServers = bootstrapServers;
        this.topic = topic;
        this.group = group;
        this.places = new Semaphore(atOnce);
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
            kafka.subscribe(List.of(topic));
            while (!stopping) {
                ConsumerRecords<String, byte[]> records = kafka.poll(POLL);
                if (!records.isEmpty()) {
                    kafka.commitSync();
                    for (ConsumerRecord<String, byte[]> record : records) {
                        begin(record);
                    }
                }
            }
        } finally {
            consumer = null;
        }
    }

    private void begin(ConsumerRecord<String, byte[]> record) throws InterruptedException {
        places.acquire();
        try {
            handler.apply(record).whenComplete((_, _) -> places.release());
        } catch (RuntimeException e) {
            places.release();
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
