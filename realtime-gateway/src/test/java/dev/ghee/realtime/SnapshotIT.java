package dev.ghee.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Subscriptions that begin with the rows that are there. */
@QuarkusTest
@WithTestResource(StackResource.class)
class SnapshotIT extends AppIT {
    private static final String SUBSCRIBE = "{\"type\":\"subscribe\",\"table\":\"t\",\"snapshot\":true}";

    @Test
    void theRowsComeFirstInPortionsAsTheDataApiWritesThem() throws Exception {
        app.sql(
                "CREATE TABLE t (id int PRIMARY KEY, big bigint, at timestamptz, flag boolean, tags text[], doc jsonb)",
                "INSERT INTO t SELECT i, i, '2026-01-02T03:04:05Z', true, '{a,b}', '{\"k\":1}' FROM generate_series(1, 1200) i");
        app.live("t");
        try (SocketClient ada = app.user("ada").send(SUBSCRIBE)) {
            await().atMost(SocketClient.PATIENCE)
                    .until(() -> ada.ofType("snapshot").stream()
                            .anyMatch(frame -> frame.path("done").asBoolean()));
            List<JsonNode> portions = ada.ofType("snapshot");
            assertThat(portions).hasSizeGreaterThan(1);
            assertThat(rows(portions)).hasSize(1200);
            app.sql("UPDATE t SET big = 7 WHERE id = 1");
            JsonNode change = ada.awaitChanges(1).getFirst();
            JsonNode before = rows(portions).stream()
                    .filter(row -> row.path("id").asInt() == 1)
                    .findFirst()
                    .orElseThrow();
            assertThat(change.path("old_record")).isEqualTo(before);
        }
    }

    @Test
    void aTableWithoutVisibleRowsIsOneEmptyPortion() throws Exception {
        app.sql(
                "CREATE TABLE t (id int PRIMARY KEY, owner_id text)",
                "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
                "CREATE POLICY p ON t TO butterbase_user USING (owner_id = current_user_id())",
                "INSERT INTO t VALUES (1, 'bob')");
        app.live("t");
        try (SocketClient ada = app.user("ada").send(SUBSCRIBE)) {
            JsonNode snapshot = ada.awaitType("snapshot");
            assertThat(snapshot.path("rows")).isEmpty();
            assertThat(snapshot.path("done").asBoolean()).isTrue();
            app.sql("INSERT INTO t VALUES (2, 'ada')");
            assertThat(ada.awaitChanges(1)).extracting(AppIT::id).containsExactly(2);
        }
    }

    /** Case 12: rows and changes put together are the table, whenever the client came. */
    @Test
    void snapshotAndStreamUnderWritesEqualTheTable() throws Exception {
        long seed = Long.getLong("ghee.test.seed", System.nanoTime());
        app.sql(
                "CREATE TABLE t (id int PRIMARY KEY, owner_id text, n int)",
                "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
                "CREATE POLICY p ON t TO butterbase_user USING (owner_id = current_user_id())");
        app.live("t");
        var stop = new AtomicBoolean();
        List<Thread> writers = new ArrayList<>();
        List<SocketClient> clients = new ArrayList<>();
        try {
            for (int writer = 0; writer < 3; writer++) {
                int first = writer * 1000;
                var random = new Random(seed + writer);
                writers.add(Thread.ofVirtual().start(() -> write(first, random, stop)));
            }
            for (int i = 0; i < 15; i++) {
                clients.add(app.user("ada").send(SUBSCRIBE));
                clients.getLast().awaitType("snapshot");
            }
            stop.set(true);
            for (Thread writer : writers) {
                writer.join();
            }
            app.sql("INSERT INTO t VALUES (-1, 'ada', 0)");
            Map<Integer, Integer> table = table();
            for (SocketClient client : clients) {
                await().atMost(SocketClient.PATIENCE)
                        .until(() -> client.changes().stream().anyMatch(change -> id(change) == -1));
                assertThat(client.ofType("resync")).isEmpty();
                assertThat(state(client)).describedAs("seed=%d", seed).isEqualTo(table);
            }
        } finally {
            stop.set(true);
            clients.forEach(SocketClient::close);
        }
    }

    private void write(int first, Random random, AtomicBoolean stop) {
        try (Connection owner = app.owner();
                Statement statement = owner.createStatement()) {
            owner.setAutoCommit(false);
            while (!stop.get()) {
                for (int i = random.nextInt(4); i >= 0; i--) {
                    int id = first + random.nextInt(60);
                    String user = random.nextInt(3) == 0 ? "bob" : "ada";
                    statement.execute(
                            random.nextInt(4) == 0
                                    ? "DELETE FROM t WHERE id = " + id
                                    : "INSERT INTO t VALUES (" + id + ", '" + user + "', " + random.nextInt(100)
                                            + ") ON CONFLICT (id) DO UPDATE SET owner_id = excluded.owner_id, n = excluded.n");
                }
                if (random.nextInt(6) == 0) {
                    owner.rollback();
                } else {
                    owner.commit();
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * What a client makes of its frames. It checks each change against what it has: an insert of a row that is there, or a
     * delete of one that is not, would be a change told twice or out of order.
     */
    private static Map<Integer, Integer> state(SocketClient client) {
        Map<Integer, Integer> rows = new TreeMap<>();
        for (JsonNode row : rows(client.ofType("snapshot"))) {
            assertThat(rows.put(row.path("id").asInt(), row.path("n").asInt())).isNull();
        }
        for (JsonNode change : client.changes()) {
            int id = id(change);
            switch (change.path("op").asText()) {
                case "INSERT" ->
                    assertThat(rows.put(id, change.path("record").path("n").asInt()))
                            .isNull();
                case "UPDATE" -> rows.put(id, change.path("record").path("n").asInt());
                default -> assertThat(rows.remove(id)).isNotNull();
            }
        }
        return rows;
    }

    private Map<Integer, Integer> table() throws SQLException {
        Map<Integer, Integer> rows = new TreeMap<>();
        try (Connection owner = app.owner();
                Statement statement = owner.createStatement();
                ResultSet found = statement.executeQuery("SELECT id, n FROM t WHERE owner_id = 'ada'")) {
            while (found.next()) {
                rows.put(found.getInt(1), found.getInt(2));
            }
        }
        return rows;
    }

    private static List<JsonNode> rows(List<JsonNode> snapshots) {
        List<JsonNode> rows = new ArrayList<>();
        snapshots.forEach(frame -> frame.path("rows").forEach(rows::add));
        return rows;
    }
}
