package dev.ghee.realtime.presence;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.ghee.contracts.AppId;
import dev.ghee.contracts.PresenceState;
import dev.ghee.realtime.replica.ReplicaId;
import dev.ghee.realtime.subscription.Subscriber;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

class RoomTest {
    private static final AppId APP = new AppId("app_000000000001");
    private static final ReplicaId HERE = new ReplicaId("here");
    private static final ReplicaId THERE = new ReplicaId("there");

    private final Room room = new Room();
    private final Client ann = new Client();

    /** Hears what a member is told. */
    private static final class Client implements Subscriber {
        private final List<String> heard = new ArrayList<>();

        @Override
        public Executor loop() {
            return Runnable::run;
        }

        @Override
        public long queuedBytes() {
            return 0;
        }

        @Override
        public void send(List<ByteBuf> frames) {
            for (ByteBuf frame : frames) {
                String text = frame.toString(StandardCharsets.UTF_8);
                try {
                    JsonNode json = new ObjectMapper().readTree(text.substring(text.indexOf('{')));
                    heard.add(json.path("type").asText() + " "
                            + json.path("client_id").asText());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                } finally {
                    frame.release();
                }
            }
        }
    }

    private static PresenceState state(String client, ReplicaId replica, long revision) {
        return new PresenceState(
                APP, client, null, JsonNodeFactory.instance.objectNode(), replica.value(), revision, Instant.EPOCH);
    }

    private void annIsHere() {
        room.put(state("ann", HERE, 1), true, 0);
        room.listen(new Member(ann, "ann", Optional.empty()));
    }

    private List<String> shown() {
        return room.others("ann").stream().map(PresenceState::clientId).toList();
    }

    @Test
    void othersAreToldInTheOrderOfTheLogAndOnlyOnceOfEachRevision() {
        annIsHere();
        room.put(state("bob", THERE, 1), true, 0);
        room.put(state("bob", THERE, 2), true, 0);
        room.put(state("bob", THERE, 2), true, 0);
        room.put(state("ann", HERE, 2), true, 0);
        room.remove("bob");
        room.remove("bob");
        assertThat(ann.heard).containsExactly("presence_join bob", "presence_update bob", "presence_leave bob");
    }

    @Test
    void whoDoesNotTrackHearsNothing() {
        room.put(state("ann", HERE, 1), true, 0);
        room.put(state("bob", THERE, 1), true, 0);
        assertThat(ann.heard).isEmpty();
        assertThat(shown()).containsExactly("bob");
    }

    @Test
    void membersOfAReplicaThatEndsLeaveOnceAndComeBackWithIt() {
        annIsHere();
        room.put(state("bob", THERE, 1), true, 0);
        room.hide(THERE, 7);
        room.hide(THERE, 8);
        assertThat(shown()).isEmpty();
        assertThat(room.hiddenBefore(7)).isEmpty();
        assertThat(room.hiddenBefore(8)).extracting(PresenceState::clientId).containsExactly("bob");
        room.show(THERE);
        assertThat(shown()).containsExactly("bob");
        assertThat(ann.heard).containsExactly("presence_join bob", "presence_leave bob", "presence_join bob");
    }

    @Test
    void membersOfAReplicaThatIsNotAliveAreNeitherShownNorTold() {
        annIsHere();
        room.put(state("bob", THERE, 1), false, 0);
        room.put(state("bob", THERE, 2), false, 0);
        room.remove("bob");
        assertThat(ann.heard).isEmpty();
        assertThat(room.size()).isEqualTo(1);
    }

    @Test
    void whoHasLeftHearsNoMore() {
        annIsHere();
        room.deafen("ann");
        room.put(state("bob", THERE, 1), true, 0);
        assertThat(ann.heard).isEmpty();
    }
}
