package dev.ghee.tenancy.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ghee.contracts.ApiKeyState;
import dev.ghee.contracts.Contracts;
import dev.ghee.contracts.Topics;
import dev.ghee.tenancy.topic.StateTopics;
import dev.ghee.testkit.LocalStack;
import io.quarkus.runtime.ShutdownEvent;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DirectoriesIT {
    private final String bootstrap = LocalStack.shared().configuration().get("kafka.bootstrap.servers");
    private final KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrap), new StringSerializer(), new ByteArraySerializer());
    private final TopicReader reader = new TopicReader(bootstrap, new StateTopics(bootstrap));
    private final MaterializedTopic<ApiKeyState> keys =
            reader.materialize(Topics.API_KEYS, ApiKeyState.class, ApiKeyState::revision);
    private final String sha = UUID.randomUUID().toString().replace("-", "").repeat(2);

    @BeforeEach
    void start() {
        reader.begin();
        await().atMost(Duration.ofSeconds(20)).until(reader::caughtUp);
    }

    @AfterEach
    void stop() throws InterruptedException {
        reader.stop(new ShutdownEvent());
        producer.close();
    }

    @Test
    void aRevocationIsKnownWithinASecond() {
        publish(key(1, false));
        await().untilAsserted(() -> assertThat(keys.get(sha)).contains(key(1, false)));

        publish(key(2, true));

        await().atMost(Duration.ofSeconds(1))
                .untilAsserted(() ->
                        assertThat(keys.get(sha)).map(ApiKeyState::revoked).contains(true));
    }

    @Test
    void whatWasThereBeforeIsReadBeforeReadiness() throws InterruptedException {
        publish(key(1, false));
        var late = new TopicReader(bootstrap, new StateTopics(bootstrap));
        var states = late.materialize(Topics.API_KEYS, ApiKeyState.class, ApiKeyState::revision);

        late.begin();
        await().until(late::caughtUp);

        assertThat(states.get(sha)).isPresent();
        late.stop(new ShutdownEvent());
    }

    @Test
    void aPoisonRecordHidesNothing() {
        producer.send(new ProducerRecord<>(Topics.API_KEYS, sha, new byte[] {'{', 'n', 'o'}));
        publish(key(1, false));

        await().untilAsserted(() -> assertThat(keys.get(sha)).contains(key(1, false)));
    }

    private void publish(ApiKeyState state) {
        producer.send(new ProducerRecord<>(Topics.API_KEYS, sha, Contracts.write(state)));
        producer.flush();
    }

    private ApiKeyState key(long revision, boolean revoked) {
        return new ApiKeyState(sha, revision, "k", "o", "org", Set.of("*"), revoked, null);
    }
}
