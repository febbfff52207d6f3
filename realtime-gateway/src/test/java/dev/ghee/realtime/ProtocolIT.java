package dev.ghee.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ghee.contracts.AppState.AccessMode;
import dev.ghee.contracts.AppState.Pause;
import dev.ghee.contracts.AppState.Status;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The frames of the protocol, and how a socket ends. */
@QuarkusTest
@WithTestResource(StackResource.class)
class ProtocolIT extends AppIT {

    @Test
    void aKeyConnectsAsServiceATokenAsUserAndNothingAsAnonymous() {
        try (SocketClient service = app.service();
                SocketClient user = app.user("ada");
                SocketClient nobody = SocketClient.connect("/v1/" + app.id + "/realtime")) {
            assertThat(service.awaitType("connected").path("role").asText()).isEqualTo("butterbase_service");
            assertThat(service.awaitType("connected").path("app_id").asText()).isEqualTo(app.id.value());
            assertThat(user.awaitType("connected").path("role").asText()).isEqualTo("butterbase_user");
            assertThat(nobody.awaitType("connected").path("role").asText()).isEqualTo("butterbase_anon");
        }
    }

    @Test
    void theTokenMayComeInTheAuthorizationHeader() {
        try (SocketClient user =
                SocketClient.connect("/v1/" + app.id + "/realtime", "Authorization", "Bearer " + app.token("ada"))) {
            assertThat(user.awaitType("connected").path("role").asText()).isEqualTo("butterbase_user");
        }
    }

    @Test
    void framesSentBeforeTheCredentialIsCheckedAreAnsweredAfterConnected() {
        List<String> early = IntStream.range(0, 50)
                .mapToObj(i -> "{\"type\":\"subscribe\",\"table\":\"t" + i + "\"}")
                .toList();
        try (SocketClient client =
                SocketClient.connect("/v1/" + app.id + "/realtime?token=" + app.token("ada"), new String[0], early)) {
            await().atMost(SocketClient.PATIENCE)
                    .untilAsserted(() -> assertThat(client.ofType("subscribed")).hasSize(50));
            assertThat(client.frames.getFirst().path("type").asText()).isEqualTo("connected");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            nonsense | Invalid JSON
            [1] | Invalid JSON
            {"type":"subscribe"} | Missing "table" field
            {"type":"unsubscribe","table":7} | Missing "table" field
            {"type":"event"} | Missing "event" field
            {"type":"dance"} | Unknown message type: dance
            """)
    void badFramesAreAnsweredWithTheContractsTexts(String frame, String message) {
        try (SocketClient client = app.user("ada")) {
            client.send(frame);
            assertThat(client.awaitType("error").path("message").asText()).isEqualTo(message);
            assertThat(client.closeCode.isDone()).isFalse();
        }
    }

    @Test
    void aTableThatIsNotLiveIsAcknowledgedWithAWarningAndServedOnceItIsLive() throws Exception {
        app.sql("CREATE TABLE later (id int PRIMARY KEY)");
        try (SocketClient client = app.service().subscribe("later", "{\"id\":1}")) {
            JsonNode warning = client.awaitType("warning");
            assertThat(warning.path("code").asText()).isEqualTo("TABLE_NOT_REALTIME_ENABLED");
            assertThat(warning.path("table").asText()).isEqualTo("later");
            assertThat(client.ofType("subscribed").getFirst().path("filter").toString())
                    .isEqualTo("{\"id\":1}");
            app.live("later");
            await().atMost(SocketClient.PATIENCE)
                    .until(() -> !app.query(
                                    "SELECT slot_name FROM pg_replication_slots WHERE slot_name = '" + app.slot() + "'")
                            .isEmpty());
            app.sql("INSERT INTO later VALUES (1)");
            assertThat(id(client.awaitChanges(1).getFirst())).isEqualTo(1);
        }
    }

    @Test
    void unsubscribedTablesAreSilent() throws Exception {
        app.sql("CREATE TABLE a (id int PRIMARY KEY)", "CREATE TABLE b (id int PRIMARY KEY)");
        app.live("a", "b");
        try (SocketClient client = app.service().subscribe("a").subscribe("b")) {
            client.send("{\"type\":\"unsubscribe\",\"table\":\"a\"}");
            client.awaitType("unsubscribed");
            app.sql("INSERT INTO a VALUES (1)", "INSERT INTO b VALUES (2)");
            assertThat(client.awaitChanges(1)).extracting(AppIT::id).containsExactly(2);
        }
    }

    @ParameterizedTest
    @CsvSource({"garbage", "eyJhbGciOiJub25lIn0.e30.", "a.b.c"})
    void aBadCredentialIsRefusedAndNeverAnonymous(String token) {
        try (SocketClient client = app.connect(token)) {
            assertThat(client.awaitClose()).isEqualTo(1008);
            assertThat(client.closeReason).isEqualTo("Auth failed");
            assertThat(client.ofType("error")).hasSize(1);
            assertThat(client.ofType("connected")).isEmpty();
        }
    }

    /** Case 21. */
    @Test
    void anotherAppsTokenIsRefused() throws Exception {
        try (TestApp other = new TestApp(apps, keys);
                SocketClient stranger =
                        SocketClient.connect("/v1/" + app.id + "/realtime?token=" + other.token("ada"))) {
            assertThat(stranger.awaitClose()).isEqualTo(1008);
        }
    }

    /** There is no control-api beside this gateway to ask for what it has not heard of. */
    @Test
    void whatCannotBeLookedUpIsRefusedWithoutAVerdict() {
        try (SocketClient app = SocketClient.connect("/v1/app_000000000000/realtime?token=" + this.app.serviceKey);
                SocketClient key = this.app.connect("bb_sk_unknown")) {
            for (SocketClient client : List.of(app, key)) {
                assertThat(client.awaitClose()).isEqualTo(1013);
                assertThat(client.closeReason).isEqualTo("Service unavailable");
                assertThat(client.ofType("connected")).isEmpty();
            }
        }
    }

    @Test
    void withoutATokenAnAuthenticatedAppRefuses() {
        app.change(Status.READY, AccessMode.AUTHENTICATED, null);
        try (SocketClient client = SocketClient.connect("/v1/" + app.id + "/realtime")) {
            assertThat(client.awaitClose()).isEqualTo(1008);
            assertThat(client.closeReason).isEqualTo("Auth required");
        }
    }

    @Test
    void aPausedAppRefusesAndEndsItsSockets() {
        try (SocketClient before = app.user("ada")) {
            before.awaitType("connected");
            app.change(Status.READY, AccessMode.PUBLIC, new Pause("tired", null));
            assertThat(before.awaitClose()).isEqualTo(1013);
            assertThat(before.closeReason).isEqualTo("App paused");
            assertThat(before.awaitType("error").path("message").asText()).isEqualTo("App paused");
            try (SocketClient after = app.user("ada")) {
                assertThat(after.awaitClose()).isEqualTo(1013);
            }
        }
    }

    /** Case 20. */
    @Test
    void anExpiredTokenARevokedKeyAndADeletedAppEndTheirSocketsWithinTwoSeconds() {
        try (SocketClient expiring = app.connect(app.token("ada", Duration.ofSeconds(3)));
                SocketClient service = app.service();
                SocketClient user = app.user("bob")) {
            expiring.awaitType("connected");
            service.awaitType("connected");
            user.awaitType("connected");
            await().atMost(Duration.ofSeconds(5)).until(expiring.closeCode::isDone);
            assertThat(expiring.closeCode.join()).isEqualTo(1008);
            assertThat(expiring.ofType("error")).hasSize(1);
            app.key(true);
            await().atMost(Duration.ofSeconds(2)).until(service.closeCode::isDone);
            assertThat(service.closeCode.join()).isEqualTo(1008);
            app.change(Status.DELETING, AccessMode.PUBLIC, null);
            await().atMost(Duration.ofSeconds(2)).until(user.closeCode::isDone);
            assertThat(user.closeCode.join()).isEqualTo(1008);
        }
    }

    @Test
    void oneSocketTooManyIsClosedWith1013() {
        app.limitConnections(1);
        try (SocketClient first = app.user("ada")) {
            first.awaitType("connected");
            try (SocketClient second = app.user("bob")) {
                assertThat(second.awaitClose()).isEqualTo(1013);
                assertThat(first.closeCode.isDone()).isFalse();
            }
        }
    }

    @Test
    void aFrameThatIsTooLargeAndTooManyFramesEndTheSocket() {
        try (SocketClient large = app.user("ada");
                SocketClient loud = app.user("bob")) {
            large.awaitType("connected");
            large.send("{\"type\":\"presence_track\",\"metadata\":\"" + "x".repeat(70_000) + "\"}");
            assertThat(large.awaitClose()).isEqualTo(1009);
            loud.awaitType("connected");
            await().atMost(SocketClient.PATIENCE).until(() -> loud.closeCode.isDone() || flood(loud));
            assertThat(loud.awaitClose()).isEqualTo(1008);
        }
    }

    private static boolean flood(SocketClient client) {
        try {
            IntStream.range(0, 1000).forEach(_ -> client.send("{\"type\":\"dance\"}"));
        } catch (RuntimeException e) {
            return client.closeCode.isDone();
        }
        return false;
    }

    @Test
    void presenceIsToldToThoseWhoTrackThemselves() {
        try (SocketClient ada = app.user("ada");
                SocketClient bob = app.user("bob");
                SocketClient silent = app.user("eve")) {
            ada.send("{\"type\":\"presence_track\",\"metadata\":{\"mood\":\"fine\"}}");
            assertThat(ada.awaitType("presence_state").path("clients")).isEmpty();
            bob.send("{\"type\":\"presence_track\"}");
            JsonNode seen = bob.awaitType("presence_state").path("clients").path(0);
            assertThat(seen.path("user_id").asText()).isEqualTo("ada");
            assertThat(seen.path("metadata").toString()).isEqualTo("{\"mood\":\"fine\"}");
            JsonNode joined = ada.awaitType("presence_join");
            assertThat(joined.path("user_id").asText()).isEqualTo("bob");
            assertThat(joined.path("metadata").toString()).isEqualTo("{}");
            bob.send("{\"type\":\"presence_update\",\"metadata\":{\"x\":1}}");
            assertThat(ada.awaitType("presence_update")
                            .path("metadata")
                            .path("x")
                            .asInt())
                    .isEqualTo(1);
            bob.close();
            assertThat(ada.awaitType("presence_leave").path("client_id")).isEqualTo(joined.path("client_id"));
            assertThat(silent.frames).hasSize(1);
        }
    }

    @Test
    void trackingAgainIsAnUpdateAndAnsweredWithTheStateAgain() {
        try (SocketClient ada = app.user("ada");
                SocketClient bob = app.user("bob")) {
            ada.send("{\"type\":\"presence_track\"}");
            ada.awaitType("presence_state");
            bob.send("{\"type\":\"presence_track\"}");
            ada.awaitType("presence_join");
            bob.send("{\"type\":\"presence_track\",\"metadata\":{\"x\":2}}");
            assertThat(ada.awaitType("presence_update").path("metadata").toString())
                    .isEqualTo("{\"x\":2}");
            await().atMost(SocketClient.PATIENCE)
                    .until(() -> bob.ofType("presence_state").size() == 2);
        }
    }

    @Test
    void metadataThatIsTooLargeAndTooManyUpdatesAreRefusedAndTheSocketStays() {
        try (SocketClient ada = app.user("ada")) {
            ada.send("{\"type\":\"presence_track\",\"metadata\":\"" + "x".repeat(5000) + "\"}");
            assertThat(ada.awaitType("error").path("message").asText()).isEqualTo("Presence metadata is too large");
            ada.send("{\"type\":\"presence_track\"}");
            ada.awaitType("presence_state");
            IntStream.range(0, 120).forEach(i -> ada.send("{\"type\":\"presence_update\",\"metadata\":" + i + "}"));
            await().atMost(SocketClient.PATIENCE)
                    .until(() -> ada.ofType("error")
                            .getLast()
                            .path("message")
                            .asText()
                            .equals("Too many presence updates"));
            assertThat(ada.closeCode.isDone()).isFalse();
        }
    }
}
