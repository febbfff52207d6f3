package dev.ghee.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What each kind of client is told of changes. */
@QuarkusTest
@WithTestResource(StackResource.class)
class LiveChangesIT extends AppIT {
    @BeforeEach
    void createTable() throws Exception {
        app.sql(
                "CREATE TABLE notes (id int PRIMARY KEY, owner_id text, body text)",
                "ALTER TABLE notes ENABLE ROW LEVEL SECURITY",
                "CREATE POLICY own ON notes TO butterbase_user USING (owner_id = current_user_id())");
        app.live("notes");
    }

    @Test
    void theServiceRoleGetsEverythingInCommitOrder() throws Exception {
        try (SocketClient client = app.service().subscribe("notes")) {
            app.sql(
                    "INSERT INTO notes VALUES (1, 'ada', 'first')",
                    "UPDATE notes SET body = 'second' WHERE id = 1",
                    "DELETE FROM notes WHERE id = 1");
            List<JsonNode> changes = client.awaitChanges(3);
            assertThat(changes.get(0).path("op").asText()).isEqualTo("INSERT");
            assertThat(changes.get(0).path("record").toString())
                    .isEqualTo("{\"id\":1,\"owner_id\":\"ada\",\"body\":\"first\"}");
            assertThat(changes.get(0).get("old_record").isNull()).isTrue();
            assertThat(changes.get(0).path("timestamp").asText())
                    .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
            assertThat(changes.get(1).path("record").path("body").asText()).isEqualTo("second");
            assertThat(changes.get(1).path("old_record").path("body").asText()).isEqualTo("first");
            assertThat(changes.get(2).get("record").isNull()).isTrue();
            assertThat(changes.get(2).path("old_record").path("body").asText()).isEqualTo("second");
        }
    }

    /** Case 17. */
    @Test
    void usersGetInsertsUpdatesAndDeletesOfTheirOwnRowsOnly() throws Exception {
        try (SocketClient ada = app.user("ada").subscribe("notes");
                SocketClient bob = app.user("bob").subscribe("notes")) {
            app.sql(
                    "INSERT INTO notes VALUES (1, 'ada', 'a'), (2, 'bob', 'b')",
                    "UPDATE notes SET body = body || '!'",
                    "DELETE FROM notes");
            assertThat(ada.awaitChanges(3)).extracting(AppIT::id).containsExactly(1, 1, 1);
            assertThat(bob.awaitChanges(3)).extracting(AppIT::id).containsExactly(2, 2, 2);
            assertThat(ada.changes())
                    .extracting(change -> change.path("op").asText())
                    .containsExactly("INSERT", "UPDATE", "DELETE");
        }
    }

    /** Case 16. */
    @Test
    void aRowHandedOverLeavesOneViewAndEntersTheOtherWithoutItsOldContent() throws Exception {
        try (SocketClient ada = app.user("ada").subscribe("notes");
                SocketClient bob = app.user("bob").subscribe("notes")) {
            app.sql(
                    "INSERT INTO notes VALUES (1, 'ada', 'private')",
                    "UPDATE notes SET owner_id = 'bob', body = 'shared' WHERE id = 1");
            JsonNode left = ada.awaitChanges(2).get(1);
            assertThat(left.path("op").asText()).isEqualTo("DELETE");
            assertThat(left.get("record").isNull()).isTrue();
            assertThat(left.path("old_record").toString()).isEqualTo("{\"id\":1}");
            JsonNode entered = bob.awaitChanges(1).getFirst();
            assertThat(entered.path("op").asText()).isEqualTo("UPDATE");
            assertThat(entered.path("record").path("body").asText()).isEqualTo("shared");
            assertThat(entered.get("old_record").isNull()).isTrue();
        }
    }

    @Test
    void aRowHandedOverInItsOwnTransactionShowsTheReceiverNothingOfTheFirstVersion() throws Exception {
        try (SocketClient bob = app.user("bob").subscribe("notes")) {
            app.sql("DO $$ BEGIN INSERT INTO notes VALUES (1, 'ada', 'private');"
                    + " UPDATE notes SET owner_id = 'bob', body = 'shared' WHERE id = 1; END $$");
            app.sql("INSERT INTO notes VALUES (2, 'bob', 'last')");
            List<JsonNode> changes = bob.awaitChanges(2);
            assertThat(changes).hasSize(2);
            assertThat(changes.toString()).doesNotContain("private");
        }
    }

    @Test
    void filtersAreStrictEqualityOnTheVisibleRow() throws Exception {
        try (SocketClient client = app.service().subscribe("notes", "{\"owner_id\":\"ada\",\"id\":2}")) {
            app.sql("INSERT INTO notes VALUES (1, 'ada', 'a'), (2, 'ada', 'b'), (3, 'bob', 'c')", "DELETE FROM notes");
            assertThat(client.awaitChanges(2)).extracting(AppIT::id).containsExactly(2, 2);
        }
    }
}
