package dev.ghee.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.ghee.contracts.Contracts;
import dev.ghee.contracts.SocketEvent;
import dev.ghee.contracts.SocketEventReply;
import dev.ghee.contracts.SocketEventReply.Outcome;
import dev.ghee.contracts.Topics;
import dev.ghee.tenancy.topic.SharedTopics;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients' events reach whoever runs functions, over Kafka, and the answers find the client. */
@QuarkusTest
@WithTestResource(StackResource.class)
class FunctionEventsIT extends AppIT {
    @Inject
    SharedTopics topics;

    private final List<SocketEvent> heard = new CopyOnWriteArrayList<>();

    @BeforeEach
    void hear() {
        topics.followEvents(Topics.SOCKET_EVENTS, record -> {
                    try {
                        SocketEvent event = Contracts.read(record.value(), SocketEvent.class);
                        if (event.appId().equals(app.id)) {
                            heard.add(event);
                        }
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .caughtUp()
                .join();
    }

    private SocketEvent heard(int index) {
        Awaitility.await().atMost(SocketClient.PATIENCE).until(() -> heard.size() > index);
        return heard.get(index);
    }

    private void reply(SocketEvent to, String replica, Outcome outcome, @Nullable JsonNode data) {
        topics.write(
                        Topics.SOCKET_EVENT_REPLIES,
                        replica,
                        replica,
                        Contracts.write(new SocketEventReply(to.id(), replica, outcome, data)))
                .join();
    }

    @Test
    void anEventIsHeardWithItsPayloadAndItsUserAndAnsweredUnderItsName() {
        try (SocketClient client = app.user("ada")) {
            client.send("{\"type\":\"event\",\"event\":\"ping\",\"payload\":{\"n\":[1,null,\"x\"]}}");
            SocketEvent event = heard(0);
            assertThat(event.event()).isEqualTo("ping");
            assertThat(event.payload().toString()).isEqualTo("{\"n\":[1,null,\"x\"]}");
            assertThat(event.role()).isEqualTo(SocketEvent.Role.USER);
            assertThat(event.userId()).isEqualTo("ada");
            assertThat(event.claims()).contains("\"sub\":\"ada\"");
            reply(
                    event,
                    event.replicaId(),
                    Outcome.ANSWERED,
                    JsonNodeFactory.instance.objectNode().put("pong", true));
            JsonNode answer = client.awaitType("event_response");
            assertThat(answer.path("event").asText()).isEqualTo("ping");
            assertThat(answer.path("data").toString()).isEqualTo("{\"pong\":true}");
        }
    }

    @Test
    void whoHasNoTokenIsNobodyAndAKeyIsTheService() {
        try (SocketClient nobody = SocketClient.connect("/v1/" + app.id + "/realtime");
                SocketClient key = app.service()) {
            nobody.awaitType("connected");
            nobody.send("{\"type\":\"event\",\"event\":\"a\"}");
            SocketEvent first = heard(0);
            assertThat(first.role()).isEqualTo(SocketEvent.Role.ANON);
            assertThat(first.userId()).isNull();
            assertThat(first.claims()).isNull();
            assertThat(first.payload().isNull()).isTrue();
            key.send("{\"type\":\"event\",\"event\":\"b\"}");
            SocketEvent second = heard(1);
            assertThat(second.role()).isEqualTo(SocketEvent.Role.SERVICE);
            assertThat(second.userId()).isNull();
        }
    }

    @Test
    void whatHasNoHandlerOrFailsIsSaidInTheContractsWords() {
        try (SocketClient client = app.user("ada")) {
            client.send("{\"type\":\"event\",\"event\":\"nothing\"}");
            reply(heard(0), heard.getFirst().replicaId(), Outcome.NO_HANDLER, null);
            assertThat(client.awaitType("error").path("message").asText()).isEqualTo("No handler for event: nothing");
            client.send("{\"type\":\"event\",\"event\":\"broken\"}");
            reply(heard(1), heard.getFirst().replicaId(), Outcome.FAILED, null);
            Awaitility.await()
                    .atMost(SocketClient.PATIENCE)
                    .untilAsserted(() -> assertThat(client.ofType("error"))
                            .extracting(frame -> frame.path("message").asText())
                            .containsExactly("No handler for event: nothing", "Event handler execution failed"));
        }
    }

    @Test
    void anAnswerToAnotherReplicaIsNotOurs() {
        try (SocketClient client = app.user("ada")) {
            client.send("{\"type\":\"event\",\"event\":\"ping\"}");
            SocketEvent event = heard(0);
            reply(event, "another", Outcome.FAILED, null);
            reply(event, event.replicaId(), Outcome.ANSWERED, JsonNodeFactory.instance.textNode("here"));
            assertThat(client.awaitType("event_response").path("data").asText()).isEqualTo("here");
            assertThat(client.ofType("error")).isEmpty();
        }
    }

    @Test
    void eventsBeyondTheLimitThatWaitForAnswersAreRefusedAndTheSocketStays() {
        try (SocketClient client = app.user("ada")) {
            IntStream.range(0, 65).forEach(i -> client.send("{\"type\":\"event\",\"event\":\"e" + i + "\"}"));
            assertThat(client.awaitType("error").path("message").asText())
                    .isEqualTo("Too many events wait for their answers");
            SocketEvent last = heard(63);
            reply(last, last.replicaId(), Outcome.ANSWERED, JsonNodeFactory.instance.numberNode(1));
            assertThat(client.awaitType("event_response").path("event").asText())
                    .isEqualTo("e63");
            assertThat(client.closeCode.isDone()).isFalse();
        }
    }
}
