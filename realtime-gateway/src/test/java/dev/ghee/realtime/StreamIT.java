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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Everything committed arrives, once, in order, and whole. */
@QuarkusTest
@WithTestResource(StackResource.class)
class StreamIT extends AppIT {

    @Test
    void fiveHundredSequentialUpdatesArriveInOrder() throws Exception {
        app.sql("CREATE TABLE t (id int PRIMARY KEY, n int)", "INSERT INTO t VALUES (1, 0)");
        app.live("t");
        try (SocketClient user = app.user("ada").subscribe("t");
                Connection owner = app.owner();
                Statement statement = owner.createStatement()) {
            for (int i = 1; i <= 500; i++) {
                statement.execute("UPDATE t SET n = " + i);
            }
            assertThat(user.awaitChanges(500))
                    .extracting(change -> change.path("record").path("n").asInt())
                    .containsExactlyElementsOf(
                            IntStream.rangeClosed(1, 500).boxed().toList());
        }
    }

    @Test
    void manyWhoConnectAtTheSameMomentEachGetEveryLaterChangeOnce() throws Exception {
        app.sql("CREATE TABLE t (id int PRIMARY KEY)");
        app.live("t");
        List<SocketClient> clients = new ArrayList<>();
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            List<CompletableFuture<SocketClient>> connecting = IntStream.range(0, 60)
                    .mapToObj(i -> CompletableFuture.supplyAsync(
                            () -> app.user("user" + i).subscribe("t"), pool))
                    .toList();
            connecting.forEach(client -> clients.add(client.join()));
            app.sql("INSERT INTO t VALUES (1)", "INSERT INTO t VALUES (2)", "INSERT INTO t VALUES (3)");
            for (SocketClient client : clients) {
                assertThat(client.awaitChanges(3)).extracting(AppIT::id).containsExactly(1, 2, 3);
            }
        } finally {
            clients.forEach(SocketClient::close);
        }
    }

    /** Case 7. */
    @Test
    void unchangedLargeValuesAreNeverNullAndPoliciesOnThemHold() throws Exception {
        app.sql(
                "CREATE TABLE t (id int PRIMARY KEY, n int, large text)",
                "ALTER TABLE t ALTER large SET STORAGE EXTERNAL",
                "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
                "CREATE POLICY p ON t FOR SELECT TO butterbase_user USING (length(large) = 20000)",
                "INSERT INTO t VALUES (1, 0, repeat('x', 20000))");
        app.live("t");
        try (SocketClient ada = app.user("ada").subscribe("t")) {
            app.sql("UPDATE t SET n = 1");
            JsonNode change = ada.awaitChanges(1).getFirst();
            assertThat(change.path("record").path("large").asText()).hasSize(20_000);
            assertThat(change.path("old_record").path("large").asText()).hasSize(20_000);
        }
    }

    /** Case 9. */
    @Test
    void truncateIsAResyncAndKeysMayChangeAndBeComposite() throws Exception {
        app.sql("CREATE TABLE t (id int, part text, body text, PRIMARY KEY (part, id))");
        app.live("t");
        try (SocketClient client = app.service().subscribe("t")) {
            app.sql("INSERT INTO t VALUES (1, 'a', 'x')", "UPDATE t SET id = 2, part = 'b'", "TRUNCATE t");
            JsonNode moved = client.awaitChanges(2).get(1);
            assertThat(op(moved)).isEqualTo("UPDATE");
            assertThat(moved.path("old_record").toString()).isEqualTo("{\"id\":1,\"part\":\"a\",\"body\":\"x\"}");
            assertThat(moved.path("record").toString()).isEqualTo("{\"id\":2,\"part\":\"b\",\"body\":\"x\"}");
            JsonNode resync = client.awaitType("resync");
            assertThat(resync.path("table").asText()).isEqualTo("t");
            assertThat(resync.path("reason").asText()).isEqualTo("truncated");
        }
    }

    /** Case 9. */
    @Test
    void changesOfPartitionsArriveAsTheirRoots() throws Exception {
        app.sql(
                "CREATE TABLE t (id int, region text, PRIMARY KEY (id, region)) PARTITION BY LIST (region)",
                "CREATE TABLE t_eu PARTITION OF t FOR VALUES IN ('eu')",
                "CREATE TABLE t_us PARTITION OF t FOR VALUES IN ('us')",
                "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
                "CREATE POLICY p ON t FOR SELECT TO butterbase_user USING (region = 'eu')");
        app.live("t");
        try (SocketClient ada = app.user("ada").subscribe("t")) {
            app.sql("INSERT INTO t VALUES (1, 'eu'), (2, 'us')", "UPDATE t SET region = 'us' WHERE id = 1");
            List<JsonNode> changes = ada.awaitChanges(2);
            assertThat(changes).extracting(AppIT::id).containsExactly(1, 1);
            assertThat(op(changes.get(1))).isEqualTo("DELETE");
        }
    }

    @Test
    void typesWithoutABinaryCodecAreReadAsText() throws Exception {
        app.sql("CREATE TYPE pair AS (a int, b text)", "CREATE TABLE t (id int PRIMARY KEY, p pair, r int4range)");
        app.live("t");
        try (SocketClient client = app.user("ada").subscribe("t")) {
            app.sql("INSERT INTO t VALUES (1, (7, 'x y'), '[1,5)')");
            assertThat(client.awaitChanges(1).getFirst().path("record").toString())
                    .isEqualTo("{\"id\":1,\"p\":\"(7,\\\"x y\\\")\",\"r\":\"[1,5)\"}");
        }
    }

    @Test
    void aTransactionLargerThanABatchArrivesWholeAndInOrder() throws Exception {
        app.sql("CREATE TABLE t (id int PRIMARY KEY, filler text)");
        app.live("t");
        try (SocketClient client = app.service().subscribe("t")) {
            app.sql("INSERT INTO t SELECT i, 'f' FROM generate_series(1, 3000) i");
            assertThat(client.awaitChanges(3000))
                    .extracting(AppIT::id)
                    .containsExactlyElementsOf(
                            IntStream.rangeClosed(1, 3000).boxed().toList());
        }
    }

    /** Case 5. */
    @Test
    void theSlotOfAnIdleAppAdvancesWhileANeighbourIsBusy() throws Exception {
        app.sql("CREATE TABLE t (id int PRIMARY KEY)");
        app.live("t");
        try (SocketClient client = app.service().subscribe("t");
                TestApp busy = new TestApp(apps, keys)) {
            client.awaitType("subscribed");
            busy.sql("CREATE TABLE noise (id int, filler text)");
            String lag = "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn) < 500000"
                    + " FROM pg_replication_slots WHERE slot_name = '" + app.slot() + "'";
            for (int i = 0; i < 5; i++) {
                busy.sql("INSERT INTO noise SELECT i, repeat('x', 500) FROM generate_series(1, 5000) i");
            }
            await().atMost(SocketClient.PATIENCE).until(() -> app.query(lag).equals(List.of("t")));
            app.sql("INSERT INTO t VALUES (1)");
            client.awaitChanges(1);
        }
    }

    @Test
    void columnsThatComeAndGoAreNeverMistakenForEachOther() throws Exception {
        app.sql("CREATE TABLE t (id int PRIMARY KEY, a text, b text)");
        app.live("t");
        try (SocketClient client = app.user("ada").subscribe("t")) {
            app.sql("INSERT INTO t VALUES (1, 'a1', 'b1')");
            client.awaitChanges(1);
            app.sql("ALTER TABLE t DROP COLUMN a", "INSERT INTO t VALUES (2, 'b2')");
            client.awaitChanges(2);
            app.sql(
                    "ALTER TABLE t RENAME b TO c",
                    "ALTER TABLE t ADD d int DEFAULT 5",
                    "INSERT INTO t VALUES (3, 'c3')");
            assertThat(client.awaitChanges(3))
                    .extracting(change -> change.path("record").toString())
                    .containsExactly(
                            "{\"id\":1,\"a\":\"a1\",\"b\":\"b1\"}",
                            "{\"id\":2,\"b\":\"b2\"}",
                            "{\"id\":3,\"c\":\"c3\",\"d\":5}");
        }
    }
}
