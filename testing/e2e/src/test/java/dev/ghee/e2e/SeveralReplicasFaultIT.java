package dev.ghee.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ghee.bench.faults.KillRounds;
import dev.ghee.bench.faults.Round;
import dev.ghee.e2e.TestApp.User;
import dev.ghee.testkit.OsProcess;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Two gateways behind one edge: they show the same, and one stands in for the other (cases 1, 2 and 11). */
class SeveralReplicasFaultIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration TAKEOVER = Duration.ofSeconds(10);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private static Path directory;

    private static TwoGateways gateways;
    private static TestApp app;
    private static User ann;
    private static User bob;

    @BeforeAll
    static void start() throws Exception {
        gateways = TwoGateways.start(directory.resolve("home"));
        app = TestApp.create("replicas", gateways.platform());
        try (Connection owner = gateways.owner(app.id());
                Statement statement = owner.createStatement()) {
            statement.execute("CREATE TABLE counted (n int PRIMARY KEY)");
            statement.execute(KillRounds.table());
        }
        app.enableRealtime("counted", "t");
        ann = app.signUp("ann");
        bob = app.signUp("bob");
    }

    @AfterAll
    static void stop() {
        gateways.close();
    }

    private static void write(int first, int count) throws Exception {
        try (Connection owner = gateways.owner(app.id());
                PreparedStatement insert = owner.prepareStatement("INSERT INTO counted VALUES (?)")) {
            for (int n = first; n < first + count; n++) {
                insert.setInt(1, n);
                insert.executeUpdate();
            }
        }
    }

    /** The numbers that a client was told of, as they came. */
    private static List<Integer> numbers(LiveSocket socket, int first, int count) {
        return socket.frames().stream()
                .filter(frame -> LiveSocket.is(frame, "change"))
                .map(frame -> frame.path("record").path("n").asInt())
                .filter(n -> n >= first && n < first + count)
                .toList();
    }

    private static List<Integer> range(int first, int count) {
        return IntStream.range(first, first + count).boxed().toList();
    }

    private static void awaitHealthy(String gateway, OsProcess before) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(200)).until(() -> {
            OsProcess now = gateways.process(gateway);
            return !now.equals(before) && now.alive();
        });
    }

    private static String reader() {
        return await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> gateways.reader(app.id()), java.util.Optional::isPresent)
                .orElseThrow();
    }

    private static String otherThan(String gateway) {
        return TwoGateways.NAMES.stream()
                .filter(name -> !name.equals(gateway))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void socketsOfBothSeeTheSameChangesInTheSameOrder() throws Exception {
        List<LiveSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < 6; i++) {
                sockets.add(app.connect(ann.token()).subscribe("counted"));
            }
            write(1_000_000, 100);
            for (LiveSocket socket : sockets) {
                await().atMost(PATIENCE)
                        .untilAsserted(() ->
                                assertThat(numbers(socket, 1_000_000, 100)).isEqualTo(range(1_000_000, 100)));
            }
        } finally {
            sockets.forEach(LiveSocket::close);
        }
    }

    @Test
    void membersOfBothHearOfEachOtherAndOfTheEndOfAKilledGateway() throws Exception {
        String first = TwoGateways.NAMES.getFirst();
        String second = TwoGateways.NAMES.getLast();
        try (LiveSocket here = gateways.connect(first, app, ann.token());
                LiveSocket there = gateways.connect(second, app, bob.token())) {
            track(here, Map.of("mood", "fine"));
            JsonNode state = track(there, Map.of());
            assertThat(state.path("clients")).hasSize(1);
            assertThat(state.path("clients").path(0).path("user_id").asText()).isEqualTo(ann.id());
            assertThat(state.path("clients")
                            .path(0)
                            .path("metadata")
                            .path("mood")
                            .asText())
                    .isEqualTo("fine");
            String client = here.await(frame -> LiveSocket.is(frame, "presence_join"))
                    .path("client_id")
                    .asText();
            there.send(Map.of("type", "presence_update", "metadata", Map.of("x", 1)));
            here.await(frame -> LiveSocket.is(frame, "presence_update"));

            OsProcess killed = gateways.process(second);
            killed.kill();
            await().atMost(TAKEOVER)
                    .until(() -> here.frames().stream()
                            .anyMatch(frame -> LiveSocket.is(frame, "presence_leave")
                                    && frame.path("client_id").asText().equals(client)));
            awaitHealthy(second, killed);
            try (LiveSocket again = gateways.connect(second, app, bob.token())) {
                JsonNode now = track(again, Map.of());
                assertThat(now.path("clients"))
                        .extracting(member -> member.path("user_id").asText())
                        .containsExactly(ann.id());
            }
        }
    }

    /** Joins, again and again as the error says: what was under way when Kafka fell silent may fail. */
    private static JsonNode track(LiveSocket socket, Map<String, Object> metadata) {
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> {
                    socket.send(Map.of("type", "presence_track", "metadata", metadata));
                    return socket.frames().stream().anyMatch(frame -> LiveSocket.is(frame, "presence_state"));
                });
        return socket.await(frame -> LiveSocket.is(frame, "presence_state"));
    }

    /** Case 11. */
    @Test
    void whileKafkaIsSilentPresenceSaysSoTheSocketsStayAndNobodyIsTakenForDead() throws Exception {
        try (LiveSocket here = gateways.connect(TwoGateways.NAMES.getFirst(), app, ann.token());
                LiveSocket there = gateways.connect(TwoGateways.NAMES.getLast(), app, bob.token())) {
            track(here, Map.of());
            long kafka = gateways.process("kafka").pid();
            signal("STOP", kafka);
            try {
                there.send(Map.of("type", "presence_track"));
                assertThat(there.await(frame -> LiveSocket.is(frame, "error"))
                                .path("message")
                                .asText())
                        .contains("try again");
                // Longer than the silence after which a replica is taken for dead.
                await().during(Duration.ofSeconds(8))
                        .atMost(Duration.ofSeconds(20))
                        .until(() -> here.frames().stream().noneMatch(frame -> LiveSocket.is(frame, "presence_leave")));
            } finally {
                signal("CONT", kafka);
            }
            JsonNode state = track(there, Map.of());
            assertThat(state.path("clients")).hasSize(1);
            assertThat(here.frames()).noneMatch(frame -> LiveSocket.is(frame, "presence_leave"));
        }
    }

    private static void signal(String name, long pid) throws Exception {
        assertThat(new ProcessBuilder("sh", "-c", "kill -" + name + " " + pid)
                        .start()
                        .waitFor())
                .isZero();
    }

    /** Case 2. */
    @Test
    void whenTheReaderOfTheSlotIsKilledTheOtherTakesOverWithinTenSecondsWithoutGapOrRepeat() throws Exception {
        try (LiveSocket warmUp = app.connect(ann.token()).subscribe("counted")) {
            String reader = reader();
            String other = otherThan(reader);
            try (LiveSocket remaining =
                    gateways.connect(other, app, ann.token()).subscribe("counted")) {
                write(2_000_000, 50);
                OsProcess killed = gateways.process(reader);
                killed.kill();
                write(2_000_050, 50);
                await().atMost(TAKEOVER)
                        .until(() -> numbers(remaining, 2_000_000, 100).contains(2_000_099));
                assertThat(reader()).isEqualTo(other);
                awaitHealthy(reader, killed);
                write(2_000_100, 50);
                await().atMost(PATIENCE)
                        .until(() -> numbers(remaining, 2_000_000, 150).contains(2_000_149));
                assertThat(numbers(remaining, 2_000_000, 150)).isEqualTo(range(2_000_000, 150));
                assertThat(remaining.frames()).noneMatch(frame -> LiveSocket.is(frame, "resync"));
            }
        }
    }

    /** Case 2: while one stops and another starts, both want the slot. */
    @Test
    void clientsOfTheOtherNoticeNothingOfARollingRestart() throws Exception {
        for (String restarted : TwoGateways.NAMES) {
            try (LiveSocket remaining =
                    gateways.connect(otherThan(restarted), app, ann.token()).subscribe("counted")) {
                int first = restarted.equals("realtime-gateway") ? 3_000_000 : 4_000_000;
                write(first, 50);
                OsProcess before = gateways.process(restarted);
                before.stop("TERM", Duration.ofSeconds(20));
                write(first + 50, 50);
                awaitHealthy(restarted, before);
                write(first + 100, 50);
                await().atMost(PATIENCE)
                        .until(() -> numbers(remaining, first, 150).contains(first + 149));
                assertThat(numbers(remaining, first, 150)).isEqualTo(range(first, 150));
            }
        }
    }

    /** Cases 1 and 11. */
    @Test
    void nobodyLosesOrRepeatsAnythingWhenAGatewayKafkaAndPostgresAreKilledInTurn() throws Exception {
        String url = gateways.platform().socketUrl() + app.path("/realtime?token=" + ann.token());
        List<URI> sockets = IntStream.range(0, 4).mapToObj(_ -> URI.create(url)).toList();
        try (var kills = new KillRounds(gateways::endpoints, () -> gateways.owner(app.id()), sockets, 200)) {
            List<Round> rounds = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                rounds.add(kills.round(i, Duration.ofSeconds(5)));
            }
            assertThat(rounds).allMatch(Round::held);
        }
    }
}
