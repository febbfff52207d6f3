package dev.ghee.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ghee.contracts.Contracts;
import dev.ghee.contracts.Topics;
import dev.ghee.contracts.UserEvent;
import dev.ghee.contracts.UserEvent.Kind;
import dev.ghee.tenancy.topic.SharedTopics;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tokens of open sockets: renewed, about to end, and void before their time. Case 20. */
@QuarkusTest
@WithTestResource(StackResource.class)
class TokenIT extends AppIT {
    private static final Duration BOUND = Duration.ofSeconds(2);

    @Inject
    SharedTopics topics;

    private static String auth(String token) {
        return "{\"type\":\"auth\",\"token\":\"" + token + "\"}";
    }

    @Test
    void aRenewedTokenOutlivesTheFirstAndSubscriptionsGoOn() throws Exception {
        app.sql("CREATE TABLE t (id int PRIMARY KEY)");
        app.live("t");
        try (SocketClient ada = app.connect(app.token("ada", Duration.ofSeconds(3)))) {
            ada.subscribe("t");
            ada.send(auth(app.token("ada", Duration.ofHours(1))));
            assertThat(ada.awaitType("authenticated").path("role").asText()).isEqualTo("butterbase_user");
            assertThat(Instant.parse(
                            ada.awaitType("authenticated").path("expires_at").asText()))
                    .isAfter(Instant.now().plusSeconds(3000));
            await().pollDelay(Duration.ofSeconds(4)).until(() -> true);
            app.sql("INSERT INTO t VALUES (1)");
            assertThat(ada.awaitChanges(1)).hasSize(1);
            assertThat(ada.closeCode.isDone()).isFalse();
        }
    }

    @Test
    void theNewTokensClaimsDecideFromThenOn() throws Exception {
        app.sql(
                "CREATE TABLE t (id int PRIMARY KEY, team text)",
                "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
                "CREATE POLICY p ON t FOR SELECT TO butterbase_user"
                        + " USING (team = current_setting('request.jwt.claims', true)::json ->> 'team')");
        app.live("t");
        try (SocketClient ada = app.connect(app.tokenWith("ada", "\"team\":\"red\""))) {
            ada.subscribe("t");
            app.sql("INSERT INTO t VALUES (1, 'red'), (2, 'blue')");
            ada.awaitChanges(1);
            ada.send(auth(app.tokenWith("ada", "\"team\":\"blue\"")));
            ada.awaitType("authenticated");
            app.sql("INSERT INTO t VALUES (3, 'red'), (4, 'blue')");
            assertThat(ada.awaitChanges(2)).extracting(AppIT::id).containsExactly(1, 4);
        }
    }

    @Test
    void somebodyElsesTokenEndsTheSocket() throws Exception {
        try (TestApp other = new TestApp(apps, keys)) {
            for (String token : List.of(app.token("bob"), other.token("ada"), app.serviceKey, "garbage")) {
                try (SocketClient ada = app.user("ada")) {
                    ada.awaitType("connected");
                    ada.send(auth(token));
                    assertThat(ada.awaitClose()).as(token).isEqualTo(1008);
                    assertThat(ada.closeReason).isEqualTo("Auth failed");
                    assertThat(ada.ofType("error")).hasSize(1);
                    assertThat(ada.ofType("authenticated")).isEmpty();
                }
            }
        }
    }

    @Test
    void anAuthFrameNeedsAToken() {
        try (SocketClient ada = app.user("ada")) {
            ada.send("{\"type\":\"auth\"}");
            assertThat(ada.awaitType("error").path("message").asText()).isEqualTo("Missing \"token\" field");
            assertThat(ada.closeCode.isDone()).isFalse();
        }
    }

    @Test
    void theEndOfATokenIsAnnouncedOnceAndInTime() {
        try (SocketClient minute = app.connect(app.token("ada", Duration.ofSeconds(61)));
                SocketClient soon = app.connect(app.token("ada", Duration.ofSeconds(6)));
                SocketClient hour = app.user("ada")) {
            // It lives a little longer than a minute, so a minute before its end is at once.
            await().atMost(Duration.ofSeconds(4))
                    .until(() -> !minute.ofType("token_expiring").isEmpty());
            assertThat(soon.frames).isNotEmpty();
            await().atMost(Duration.ofSeconds(5))
                    .until(() -> !soon.ofType("token_expiring").isEmpty());
            assertThat(soon.closeCode.isDone()).isFalse();
            assertThat(Instant.parse(
                            soon.awaitType("token_expiring").path("expires_at").asText()))
                    .isAfter(Instant.now());
            assertThat(soon.awaitClose()).isEqualTo(1008);
            assertThat(soon.ofType("token_expiring")).hasSize(1);
            assertThat(hour.ofType("token_expiring")).isEmpty();
        }
    }

    private void tell(String user, Kind kind, Instant at, String... sessions) {
        var event = new UserEvent(app.id, user, kind, at, List.of(sessions));
        topics.write(Topics.USER_EVENTS, app.id.value(), app.id + ":" + user, Contracts.write(event))
                .join();
    }

    private static void endsInTime(SocketClient client) {
        await().atMost(BOUND).until(client.closeCode::isDone);
        assertThat(client.closeCode.join()).isEqualTo(1008);
    }

    @Test
    void aDeletedUserIsCutOffAndStaysSo() {
        String token = app.token("ada");
        try (SocketClient ada = app.connect(token);
                SocketClient bob = app.user("bob")) {
            ada.awaitType("connected");
            bob.awaitType("connected");
            tell("ada", Kind.DELETED, Instant.now());
            endsInTime(ada);
            try (SocketClient again = app.connect(token);
                    SocketClient fresh = app.user("ada")) {
                assertThat(again.awaitClose()).isEqualTo(1008);
                assertThat(fresh.awaitClose()).isEqualTo(1008);
            }
            assertThat(bob.closeCode.isDone()).isFalse();
        }
    }

    @Test
    void aSuspendedUserIsCutOffUntilANewTokenIsGiven() {
        try (SocketClient ada = app.user("ada")) {
            ada.awaitType("connected");
            tell("ada", Kind.SUSPENDED, Instant.now());
            endsInTime(ada);
        }
        String later =
                app.tokenWith("ada", "\"iat\":" + Instant.now().plusSeconds(1).getEpochSecond());
        try (SocketClient back = app.connect(later)) {
            back.awaitType("connected");
        }
    }

    @Test
    void signingOutEverywhereEndsEarlierTokensAndThoseOfTheSessions() {
        Instant now = Instant.now();
        String thisSecond = "\"iat\":" + now.getEpochSecond();
        String before = "\"iat\":" + (now.getEpochSecond() - 1);
        try (SocketClient early = app.connect(app.tokenWith("ada", before));
                SocketClient named = app.connect(app.tokenWith("ada", thisSecond + ",\"sid\":\"s1\""));
                SocketClient fresh = app.connect(app.tokenWith("ada", thisSecond + ",\"sid\":\"s2\""))) {
            early.awaitType("connected");
            named.awaitType("connected");
            fresh.awaitType("connected");
            tell("ada", Kind.SIGNED_OUT_EVERYWHERE, now, "s1");
            endsInTime(early);
            endsInTime(named);
            assertThat(fresh.closeCode.isDone()).isFalse();
        }
    }

    @Test
    void aSessionThatEndsEndsItsSocketsOnly() {
        try (SocketClient one = app.connect(app.tokenWith("ada", "\"sid\":\"s1\""));
                SocketClient other = app.connect(app.tokenWith("ada", "\"sid\":\"s2\""))) {
            one.awaitType("connected");
            other.awaitType("connected");
            tell("ada", Kind.SESSIONS_ENDED, Instant.now(), "s1");
            endsInTime(one);
            assertThat(other.closeCode.isDone()).isFalse();
        }
    }

    /** The membership that a policy asks for is taken away while the member listens. */
    @Test
    void aRemovedMemberGetsNothingThatIsCommittedAfter() throws Exception {
        app.sql(
                "CREATE TABLE members (room int, user_id text, PRIMARY KEY (room, user_id))",
                "CREATE TABLE messages (id int PRIMARY KEY, room int)",
                "ALTER TABLE messages ENABLE ROW LEVEL SECURITY",
                "CREATE POLICY p ON messages FOR SELECT TO butterbase_user USING (room IN"
                        + " (SELECT room FROM members WHERE user_id = current_user_id()))",
                "INSERT INTO members VALUES (1, 'ada'), (1, 'bob')");
        app.live("messages");
        try (SocketClient ada = app.user("ada").subscribe("messages");
                SocketClient bob = app.user("bob").subscribe("messages")) {
            app.sql("INSERT INTO messages VALUES (1, 1)");
            ada.awaitChanges(1);
            app.sql(
                    "DELETE FROM members WHERE user_id = 'ada'",
                    "INSERT INTO messages VALUES (2, 1)",
                    "INSERT INTO members VALUES (2, 'ada')",
                    "INSERT INTO messages VALUES (3, 2)");
            assertThat(ada.awaitChanges(2)).extracting(AppIT::id).containsExactly(1, 3);
            assertThat(bob.awaitChanges(2)).extracting(AppIT::id).containsExactly(1, 2);
        }
    }
}
