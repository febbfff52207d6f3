package dev.ghee.tenancy.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ghee.testkit.LocalStack;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Processes of one group, each with its share. */
class TopicShareIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final String bootstrap = LocalStack.shared().configuration().get("kafka.bootstrap.servers");
    private final String topic = "share-test-" + UUID.randomUUID();
    private final List<TopicShare> shares = new ArrayList<>();

    /** Who hears events, and decides when each is done. */
    private static final class Process {
        private final Map<String, CompletableFuture<Void>> heard = new ConcurrentHashMap<>();

        private CompletionStage<?> hear(ConsumerRecord<String, byte[]> event) {
            return heard.computeIfAbsent(event.key(), _ -> new CompletableFuture<>());
        }

        private void hears(String event) {
            await().atMost(LIMIT).until(() -> heard.containsKey(event));
        }

        private void finishes(String event) {
            hears(event);
            heard.get(event).complete(null);
        }
    }

    @AfterEach
    void stop() {
        shares.forEach(TopicShare::stop);
    }

    @Test
    void whatWasWrittenBeforeTheGroupCameIsHeard() {
        write("early");
        var process = new Process();
        share(process, 4, TopicShare.Promise.AT_LEAST_ONCE);
        process.hears("early");
    }

    @Test
    void whatAStoppedProcessHadNotFinishedIsToldToTheNextAndTheRestIsNot() {
        var first = new Process();
        TopicShare its = share(first, 4, TopicShare.Promise.AT_LEAST_ONCE);
        write("finished");
        write("in work");
        first.finishes("finished");
        first.hears("in work");
        its.stop();

        var second = new Process();
        share(second, 4, TopicShare.Promise.AT_LEAST_ONCE);
        write("later");
        second.hears("later");
        assertThat(second.heard).containsOnlyKeys("in work", "later");
    }

    @Test
    void atMostOnceNothingThatWasBegunIsToldAgain() {
        var first = new Process();
        TopicShare its = share(first, 4, TopicShare.Promise.AT_MOST_ONCE);
        write("in work");
        first.hears("in work");
        its.stop();

        var second = new Process();
        share(second, 4, TopicShare.Promise.AT_MOST_ONCE);
        write("later");
        second.hears("later");
        assertThat(second.heard).containsOnlyKeys("later");
    }

    @Test
    void noMoreEventsAreInWorkThanThereArePlaces() {
        var process = new Process();
        share(process, 2, TopicShare.Promise.AT_MOST_ONCE);
        List.of("1", "2", "3").forEach(this::write);
        process.hears("2");
        assertThat(process.heard).containsOnlyKeys("1", "2");
        process.finishes("1");
        process.hears("3");
    }

    private TopicShare share(Process process, int atOnce, TopicShare.Promise promise) {
        var share = new TopicShare(
                bootstrap,
                topic,
                "group-" + topic,
                atOnce,
                promise,
                new StateTopics(bootstrap)::createMissingLogs,
                process::hear);
        shares.add(share);
        share.start();
        return share;
    }

    private void write(String event) {
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", bootstrap),
                new StringSerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic, event, new byte[] {1}));
            producer.flush();
        }
    }
}
