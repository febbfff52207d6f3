package dev.ghee.tenancy.topic;

import io.quarkus.runtime.ShutdownEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Reception;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Utils;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Writes and follows topics that all replicas share. Unlike the change log, it gives a record up after a few seconds:
 * what it carries is out of date by then, and whoever wrote it says it again.
 */
@ApplicationScoped
public class SharedTopics {
    /** After everybody who may still have to say goodbye. */
    private static final int LAST = 5000;

    private static final String MAX_BLOCK_MILLIS = "1000";
    private static final String REQUEST_TIMEOUT_MILLIS = "2000";
    private static final String DELIVERY_TIMEOUT_MILLIS = "3000";

    private final String bootstrapServers;
    private final StateTopics topics;
    private final KafkaProducer<String, byte[]> producer;
    private final List<TopicTail> tails = new CopyOnWriteArrayList<>();
    private final List<TopicShare> shares = new CopyOnWriteArrayList<>();

    SharedTopics(
            @ConfigProperty(name = "kafka.bootstrap.servers") String bootstrapServers,
            @ConfigProperty(name = "quarkus.application.name") String application,
            StateTopics topics) {
        this.bootstrapServers = bootstrapServers;
        this.topics = topics;
        var settings = new Properties();
        settings.put("bootstrap.servers", bootstrapServers);
        settings.put("client.id", application + "-shared");
        settings.put("acks", "all");
        settings.put("enable.idempotence", "true");
        settings.put("linger.ms", "0");
        settings.put("max.block.ms", MAX_BLOCK_MILLIS);
        settings.put("request.timeout.ms", REQUEST_TIMEOUT_MILLIS);
        settings.put("delivery.timeout.ms", DELIVERY_TIMEOUT_MILLIS);
        // After an outage somebody waits: the default's growing pauses would add seconds to it.
        settings.put("reconnect.backoff.max.ms", "500");
        this.producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
    }

    /**
     * Writes a record and completes when all in-sync replicas of the broker have it, or fails within about four
     * seconds. Blocks for up to a second while the broker is away. Records with the same order key keep the order of
     * the calls.
     *
     * @param value null to say that the key is no more
     */
    public CompletableFuture<Void> write(String topic, String orderKey, String key, byte @Nullable [] value) {
        var done = new CompletableFuture<Void>();
        try {
            int partitions = producer.partitionsFor(topic).size();
            int partition = Utils.toPositive(Utils.murmur2(orderKey.getBytes(StandardCharsets.UTF_8))) % partitions;
            producer.send(new ProducerRecord<>(topic, partition, key, value), (_, failure) -> {
                if (failure == null) {
                    done.complete(null);
                } else {
                    done.completeExceptionally(failure);
                }
            });
        } catch (RuntimeException e) {
            done.completeExceptionally(e);
        }
        return done;
    }

    /** Follows a compacted topic from its beginning for as long as the process lives. */
    public TopicTail followStates(String topic, Consumer<ConsumerRecord<String, byte[]>> handler) {
        return follow(
                new TopicTail(bootstrapServers, topic, TopicTail.Start.BEGINNING, topics::createMissing, handler));
    }

    /** Follows a topic of events, from now on. */
    public TopicTail followEvents(String topic, Consumer<ConsumerRecord<String, byte[]>> handler) {
        return follow(new TopicTail(bootstrapServers, topic, TopicTail.Start.END, topics::createMissingLogs, handler));
    }

    /** Follows a topic of events, from the oldest that the broker still has. */
    public TopicTail followAllEvents(String topic, Consumer<ConsumerRecord<String, byte[]>> handler) {
        return follow(
                new TopicTail(bootstrapServers, topic, TopicTail.Start.BEGINNING, topics::createMissingLogs, handler));
    }

    private TopicTail follow(TopicTail tail) {
        tails.add(tail);
        tail.start();
        return tail;
    }

    /**
     * Takes its share of a topic of events: of all processes with the same group, one hears each event. A
     * group's first process begins with the oldest event that the broker has.
     *
     * @param atOnce most events in work; the next one waits
     * @param handler called on the reading thread: only begins the work, whose end it answers
     */
    public void shareEvents(
            String topic,
            String group,
            int atOnce,
            TopicShare.Promise promise,
            Function<ConsumerRecord<String, byte[]>, CompletionStage<?>> handler) {
        var share = new TopicShare(bootstrapServers, topic, group, atOnce, promise, topics::createMissingLogs, handler);
        shares.add(share);
        share.start();
    }

    void stop(@Observes(notifyObserver = Reception.IF_EXISTS) @Priority(LAST) ShutdownEvent event) {
        tails.forEach(TopicTail::stop);
        shares.forEach(TopicShare::stop);
        producer.close(Duration.ofSeconds(1));
    }
}
