package dev.ghee.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Clients that come back with a cursor. */
@QuarkusTest
@WithTestResource(StackResource.class)
class ResumeIT extends AppIT {

    @Test
    void aClientThatComesBackGetsWhatItMissedOnceAndInOrder() throws Exception {
        app.sql("CREATE TABLE t (id int PRIMARY KEY)");
        app.live("t");
        // Somebody stays, so that the slot does.
        try (SocketClient witness = app.user("bob").subscribe("t")) {
            String cursor;
            try (SocketClient ada = app.user("ada").subscribe("t")) {
                insert(1, 10);
                cursor = last(ada.awaitChanges(10));
            }
            insert(11, 60);
            witness.awaitChanges(60);
            try (SocketClient back = since("ada", cursor)) {
                insert(61, 70);
                assertThat(back.awaitChanges(60))
                        .extracting(AppIT::id)
                        .containsExactlyElementsOf(
                                IntStream.rangeClosed(11, 70).boxed().toList());
                assertThat(back.ofType("resync")).isEmpty();
            }
        }
    }

    @Test
    void comingBackInTheMiddleOfATransactionGivesItsRest() throws Exception {
        app.sql("CREATE TABLE t (id int PRIMARY KEY)");
        app.live("t");
        try (SocketClient bob = app.user("bob").subscribe("t")) {
            app.sql("INSERT INTO t SELECT generate_series(1, 700)");
            String cursor = bob.awaitChanges(700).get(449).path("cursor").asText();
            try (SocketClient back = since("ada", cursor)) {
                assertThat(back.awaitChanges(250))
                        .extracting(AppIT::id)
                        .containsExactlyElementsOf(
                                IntStream.rangeClosed(451, 700).boxed().toList());
            }
        }
    }

    @Test
    void whileChangesFlowNoneIsLostAndNoneComesTwice() throws Exception {
        app.sql("CREATE TABLE t (id int PRIMARY KEY)");
        app.live("t");
        try (SocketClient witness = app.user("bob").subscribe("t")) {
            app.sql("INSERT INTO t VALUES (0)");
            String[] cursor = {last(witness.awaitChanges(1))};
            Thread writer = Thread.ofVirtual().start(() -> {
                try {
                    insert(1, 1500);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            List<Integer> heard = new ArrayList<>();
            while (heard.size() < 1500) {
                try (SocketClient back = since("ada", cursor[0])) {
                    int wanted = Math.min(100, 1500 - heard.size());
                    List<JsonNode> changes = back.awaitChanges(wanted);
                    heard.addAll(changes.stream().map(AppIT::id).toList());
                    cursor[0] = last(changes);
                }
            }
            writer.join();
            assertThat(heard)
                    .containsExactlyElementsOf(
                            IntStream.rangeClosed(1, 1500).boxed().toList());
        }
    }

    @Test
    void replayObeysThePoliciesOfTheOneWhoComesBack() throws Exception {
        app.sql(
                "CREATE TABLE t (id int PRIMARY KEY, owner_id text)",
                "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
                "CREATE POLICY p ON t TO butterbase_user USING (owner_id = current_user_id())");
        app.live("t");
        try (SocketClient witness = app.service().subscribe("t")) {
            app.sql("INSERT INTO t VALUES (1, 'ada')");
            String cursor = last(witness.awaitChanges(1));
            app.sql(
                    "INSERT INTO t VALUES (2, 'bob'), (3, 'ada')",
                    "UPDATE t SET owner_id = 'bob' WHERE id = 1",
                    "DELETE FROM t WHERE id = 2");
            witness.awaitChanges(5);
            try (SocketClient ada = since("ada", cursor)) {
                List<JsonNode> changes = ada.awaitChanges(2);
                assertThat(changes)
                        .extracting(change -> change.path("op").asText())
                        .containsExactly("INSERT", "DELETE");
                assertThat(changes.get(0).path("record").path("id").asInt()).isEqualTo(3);
                assertThat(changes.get(1).path("old_record").toString()).isEqualTo("{\"id\":1}");
            }
        }
    }

    @Test
    void aCursorOfAnEarlierSlotIsAnsweredByAResync() throws Exception {
        app.sql("CREATE TABLE t (id int PRIMARY KEY)");
        app.live("t");
        String cursor;
        try (SocketClient ada = app.user("ada").subscribe("t")) {
            app.sql("INSERT INTO t VALUES (1)");
            cursor = last(ada.awaitChanges(1));
        }
        await().atMost(SocketClient.PATIENCE).until(app::dropSlot);
        app.sql("INSERT INTO t VALUES (2)");
        try (SocketClient back = since("ada", cursor)) {
            assertThat(back.awaitType("resync").path("reason").asText()).isEqualTo("slot_lost");
            app.sql("INSERT INTO t VALUES (3)");
            await().atMost(SocketClient.PATIENCE)
                    .until(() -> back.changes().stream().anyMatch(change -> id(change) == 3));
        }
    }

    private SocketClient since(String user, String cursor) {
        return app.user(user).send("{\"type\":\"subscribe\",\"table\":\"t\",\"since\":\"" + cursor + "\"}");
    }

    private void insert(int first, int last) throws Exception {
        try (Connection owner = app.owner();
                Statement statement = owner.createStatement()) {
            for (int id = first; id <= last; id++) {
                statement.execute("INSERT INTO t VALUES (" + id + ")");
            }
        }
    }

    private static String last(List<JsonNode> changes) {
        return changes.getLast().path("cursor").asText();
    }
}
