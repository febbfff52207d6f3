package dev.ghee.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a subscription may ask for beyond a table and a filter. */
@QuarkusTest
@WithTestResource(StackResource.class)
class SubscriptionIT extends AppIT {

    @BeforeEach
    void tasks() throws Exception {
        app.sql(
                "CREATE TYPE mood AS ENUM ('sad', 'happy')",
                "CREATE TABLE tasks (id int PRIMARY KEY, title text, prio int, due timestamptz, done bool, mood mood,"
                        + " doc jsonb, secret text)",
                "REVOKE SELECT ON tasks FROM butterbase_user",
                "GRANT SELECT (id, title, prio, due, done, mood, doc) ON tasks TO butterbase_user");
        app.live("tasks");
    }

    /** Subscribes and waits for the answer. */
    private static SocketClient asked(SocketClient client, String more) {
        int before = client.ofType("subscribed").size() + client.ofType("error").size();
        client.send("{\"type\":\"subscribe\",\"table\":\"tasks\"" + more + "}");
        await().atMost(SocketClient.PATIENCE)
                .until(() -> client.ofType("subscribed").size()
                                + client.ofType("error").size()
                        > before);
        return client;
    }

    @Test
    void whereDecidesOnTheNewRowAndOnTheOldOneOfADelete() throws Exception {
        try (SocketClient some =
                asked(app.user("ada"), ",\"where\":{\"prio\":[\"gte.2\",\"lt.5\"],\"done\":\"is.false\"}")) {
            app.sql(
                    "INSERT INTO tasks (id, prio, done) VALUES (1, 1, false), (2, 2, false), (3, 3, true), (4, 4, NULL)",
                    "UPDATE tasks SET prio = 4 WHERE id IN (1, 2)",
                    "UPDATE tasks SET prio = 9 WHERE id = 2",
                    "DELETE FROM tasks WHERE id IN (1, 2)",
                    "INSERT INTO tasks (id, prio, done) VALUES (9, 2, false)");
            assertThat(some.awaitChanges(5))
                    .extracting(change -> change.path("op").asText() + id(change))
                    .containsExactly("INSERT2", "UPDATE1", "UPDATE2", "DELETE1", "INSERT9");
        }
    }

    @Test
    void groupsAndTypedValuesWork() throws Exception {
        try (SocketClient some = asked(
                app.user("ada"),
                ",\"where\":{\"or\":\"(due.lt.2026-01-01T01:00:00+01:00,and(title.ilike.urgent%,mood.eq.sad))\"}")) {
            app.sql(
                    "INSERT INTO tasks (id, due) VALUES (1, '2025-12-31 23:59:59Z'), (2, '2026-01-01Z')",
                    "INSERT INTO tasks (id, title, mood) VALUES (3, 'URGENT x', 'sad'), (4, 'Urgent', 'happy'), (5, 'no', 'sad')",
                    "INSERT INTO tasks (id, due) VALUES (9, '0044-03-15 BC')");
            assertThat(some.awaitChanges(3)).extracting(AppIT::id).containsExactly(1, 3, 9);
        }
    }

    @Test
    void columnsAreThoseAskedForAndAlwaysTheKey() throws Exception {
        try (SocketClient few = asked(app.user("ada"), ",\"columns\":[\"title\",\"done\"]");
                SocketClient all = app.user("ada").subscribe("tasks")) {
            app.sql(
                    "INSERT INTO tasks (id, title, prio) VALUES (1, 'a', 3)",
                    "UPDATE tasks SET prio = 4",
                    "DELETE FROM tasks");
            JsonNode update = few.awaitChanges(3).get(1);
            assertThat(update.path("record").toString()).isEqualTo("{\"id\":1,\"title\":\"a\",\"done\":null}");
            assertThat(update.path("old_record")).isEqualTo(update.path("record"));
            assertThat(few.changes().get(2).path("old_record")).isEqualTo(update.path("record"));
            assertThat(all.awaitChanges(3).get(1).path("record").path("prio").asInt())
                    .isEqualTo(4);
            assertThat(all.changes().get(1).path("record").has("secret")).isFalse();
        }
    }

    @Test
    void onlyTheAskedEventsAreSent() throws Exception {
        try (SocketClient some = asked(app.user("ada"), ",\"events\":[\"DELETE\",\"INSERT\"]")) {
            app.sql(
                    "INSERT INTO tasks (id) VALUES (1)",
                    "UPDATE tasks SET prio = 1",
                    "DELETE FROM tasks",
                    "INSERT INTO tasks (id) VALUES (2)");
            assertThat(some.awaitChanges(3))
                    .extracting(change -> change.path("op").asText())
                    .containsExactly("INSERT", "DELETE", "INSERT");
        }
    }

    /** A row that leaves a user's view is a delete also for those who ask for deletes only. */
    @Test
    void leavingTheViewIsADelete() throws Exception {
        app.sql(
                "ALTER TABLE tasks ENABLE ROW LEVEL SECURITY",
                "CREATE POLICY mine ON tasks FOR SELECT TO butterbase_user USING (title = current_user_id())");
        try (SocketClient some = asked(app.user("ada"), ",\"events\":[\"DELETE\"],\"columns\":[\"prio\"]")) {
            app.sql("INSERT INTO tasks (id, title, prio) VALUES (1, 'ada', 3)", "UPDATE tasks SET title = 'bob'");
            JsonNode gone = some.awaitChanges(1).getFirst();
            assertThat(gone.path("op").asText()).isEqualTo("DELETE");
            assertThat(gone.path("old_record").toString()).isEqualTo("{\"id\":1}");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            "where":{"nothing":"eq.1"} | Unknown column "nothing"
            "where":{"secret":"is.null"} | Unknown column "secret"
            "where":{"or":"(id.eq.1,secret.eq.x)"} | Unknown column "secret"
            "where":{"prio":"eq.many"} | "many" is not a value of column "prio"
            "where":{"prio":"in.(1,x)"} | "x" is not a value of column "prio"
            "where":{"due":"gt.yesterday"} | "yesterday" is not a value of column "due"
            "where":{"mood":"eq.angry"} | "angry" is not a value of column "mood"
            "where":{"mood":"gt.sad"} | Column "mood" cannot be compared with gt
            "where":{"doc":"eq.1"} | Column "doc" cannot be compared with eq
            "where":{"prio":"is.true"} | Column "prio" is not a boolean, so is.true cannot be asked of it
            "where":{"prio":"is.unknown"} | Expected is.null, is.true or is.false for "prio"
            "where":{"prio":"ne.1"} | Unknown operator "ne" for "prio"
            "where":[] | Invalid "where" field
            "columns":["title","secret"] | Unknown column "secret"
            "columns":"title" | Invalid "columns" field
            "events":["TRUNCATE"] | Invalid "events" field
            "events":[] | Invalid "events" field
            "since":7 | Invalid "since" field
            "snapshot":"yes" | Invalid "snapshot" field
            "since":"x","snapshot":true | Invalid "since" field
            """)
    void whatCannotBeServedIsRefusedWithItsReason(String more, String message) {
        try (SocketClient client = asked(app.user("ada"), "," + more)) {
            JsonNode error = client.awaitType("error");
            assertThat(error.path("message").asText()).isEqualTo(message);
            assertThat(error.path("table").asText()).isEqualTo("tasks");
            assertThat(client.ofType("subscribed")).isEmpty();
            assertThat(client.closeCode.isDone()).isFalse();
        }
    }

    @Test
    void aRefusedSubscriptionLeavesTheEarlierOneAsItWas() throws Exception {
        try (SocketClient client =
                asked(asked(app.user("ada"), ",\"events\":[\"INSERT\"]"), ",\"where\":{\"x\":\"eq.1\"}")) {
            assertThat(client.ofType("error")).hasSize(1);
            app.sql("INSERT INTO tasks (id) VALUES (1)");
            assertThat(client.awaitChanges(1)).extracting(AppIT::id).containsExactly(1);
        }
    }

    /** The service role may read what users may not. */
    @Test
    void columnsAreThoseOfTheRole() throws Exception {
        try (SocketClient service = asked(app.service(), ",\"where\":{\"secret\":\"eq.x\"},\"columns\":[\"secret\"]")) {
            app.sql("INSERT INTO tasks (id, secret) VALUES (1, 'y'), (2, 'x')");
            assertThat(service.awaitChanges(1).getFirst().path("record").toString())
                    .isEqualTo("{\"id\":2,\"secret\":\"x\"}");
        }
    }

    /** No oracle: a grant that is taken away takes the condition's influence away, whatever the row holds. */
    @Test
    void aColumnThatIsNoLongerReadableMatchesNothing() throws Exception {
        try (SocketClient some =
                asked(app.user("ada"), ",\"where\":{\"or\":\"(prio.eq.1,title.eq.a,prio.is.null)\"}")) {
            app.sql("INSERT INTO tasks (id, prio) VALUES (1, 1)");
            some.awaitChanges(1);
            app.sql(
                    "REVOKE SELECT (prio) ON tasks FROM butterbase_user",
                    "INSERT INTO tasks (id, prio) VALUES (2, 1)",
                    "INSERT INTO tasks (id, prio) VALUES (3, NULL)",
                    "INSERT INTO tasks (id, title) VALUES (4, 'a')");
            assertThat(some.awaitChanges(2)).extracting(AppIT::id).containsExactly(1, 4);
        }
    }

    @Test
    void aColumnThatChangesItsTypeKeepsItsConditionWhereItStillFits() throws Exception {
        try (SocketClient some = asked(app.user("ada"), ",\"where\":{\"prio\":\"gt.9\"}");
                SocketClient gone = asked(app.user("ada"), ",\"where\":{\"title\":\"neq.x\"}")) {
            app.sql(
                    "ALTER TABLE tasks ALTER prio TYPE numeric",
                    "ALTER TABLE tasks RENAME title TO name",
                    "GRANT SELECT (name) ON tasks TO butterbase_user",
                    "INSERT INTO tasks (id, prio, name) VALUES (1, 9, 'a'), (2, 9.5, 'b'), (3, 10, 'c')");
            assertThat(some.awaitChanges(2)).extracting(AppIT::id).containsExactly(2, 3);
            assertThat(gone.changes()).isEmpty();
        }
    }

    @Test
    void whatASocketAsksForIsBoundedAsAWhole() {
        try (SocketClient client = app.user("ada")) {
            for (int i = 0; i < 5; i++) {
                client.send("{\"type\":\"subscribe\",\"table\":\"t" + i + "\",\"where\":{\"a\":\"eq."
                        + "x".repeat(60_000) + "\"}}");
            }
            JsonNode error = client.awaitType("error");
            assertThat(error.path("message").asText()).isEqualTo("Too many subscriptions");
            assertThat(error.path("table").asText()).isEqualTo("t4");
            await().atMost(SocketClient.PATIENCE)
                    .until(() -> client.ofType("subscribed").size() == 4);
            client.send("{\"type\":\"unsubscribe\",\"table\":\"t0\"}");
            client.subscribe("t4");
        }
    }

    /** The contract's own filter takes values as they are. */
    @Test
    void filterStaysStrictEquality() throws Exception {
        try (SocketClient both =
                asked(app.user("ada"), ",\"filter\":{\"title\":\"eq.5\"},\"where\":{\"prio\":\"gt.1\"}")) {
            app.sql("INSERT INTO tasks (id, title, prio) VALUES (1, '5', 2), (2, 'eq.5', 1), (3, 'eq.5', 2)");
            assertThat(both.awaitChanges(1)).extracting(AppIT::id).containsExactly(3);
            assertThat(both.ofType("subscribed").getFirst().path("filter").toString())
                    .isEqualTo("{\"title\":\"eq.5\"}");
        }
    }

    @Test
    void plainClientsGetTheFramesOfTheContract() throws Exception {
        try (SocketClient plain = app.user("ada").subscribe("tasks")) {
            app.sql("INSERT INTO tasks (id) VALUES (1)");
            assertThat(plain.awaitChanges(1).getFirst().fieldNames())
                    .toIterable()
                    .containsExactly("type", "table", "op", "record", "old_record", "timestamp", "cursor");
            assertThat(plain.ofType("subscribed").getFirst().fieldNames())
                    .toIterable()
                    .containsExactly("type", "table", "lsn", "cursor");
            assertThat(plain.ofType("connected").getFirst().fieldNames())
                    .toIterable()
                    .containsExactly("type", "app_id", "role");
            assertThat(plain.frames).hasSize(3);
        }
    }
}
