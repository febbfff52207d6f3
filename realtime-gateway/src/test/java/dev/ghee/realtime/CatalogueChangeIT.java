package dev.ghee.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Case 8: the catalogue changes while changes flow. What is committed before may be judged by what came later. */
@QuarkusTest
@WithTestResource(StackResource.class)
class CatalogueChangeIT extends AppIT {
    private static final int RULES = 12;

    /**
     * Every row has a colour; the policy shows one colour at a time and says which in a table of its own, in the same
     * transaction. A row's transaction notes the rule that it saw, holding off a change of the rule until it is
     * committed: a row of an older rule's colour may be missed, one of a newer rule's may be shown, and one that only
     * rules before its commit would show must never be.
     */
    @Test
    void aPolicyIsInForceFromItsOwnCommitUnderConcurrentWrites() throws Exception {
        long seed = Long.getLong("ghee.test.seed", System.nanoTime());
        app.sql(
                "CREATE TABLE rule (n int)",
                "INSERT INTO rule VALUES (0)",
                "CREATE TABLE t (id int PRIMARY KEY, colour int, rule int)",
                "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
                "CREATE POLICY p ON t FOR SELECT TO butterbase_user USING (colour = 0)");
        app.live("t");
        try (SocketClient ada = app.user("ada").subscribe("t");
                SocketClient service = app.service().subscribe("t");
                ExecutorService pool = Executors.newFixedThreadPool(3)) {
            var stop = new AtomicBoolean();
            var ids = new AtomicInteger();
            List<Future<Void>> writers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                writers.add(pool.submit(writing(new Random(seed + i), ids, stop)));
            }
            for (int rule = 1; rule < RULES; rule++) {
                int from = ids.get();
                changeRule(rule);
                int reached = ids.get() + 20;
                service.awaitChanges(Math.max(from, reached));
            }
            stop.set(true);
            for (Future<Void> writer : writers) {
                writer.get();
            }
            app.sql("INSERT INTO t VALUES (1000000, " + (RULES - 1) + ", " + (RULES - 1) + ")");
            service.awaitChanges(ids.get() + 1);
            awaitRow(ada, 1_000_000);
            Map<Integer, JsonNode> written = new HashMap<>();
            service.changes().forEach(change -> written.put(id(change), change.path("record")));
            List<Integer> shown = ada.changes().stream().map(AppIT::id).toList();
            assertThat(shown).describedAs("seed=%d", seed).isSorted().doesNotHaveDuplicates();
            written.forEach((id, row) -> {
                int colour = row.path("colour").asInt();
                int rule = row.path("rule").asInt();
                if (shown.contains(id)) {
                    assertThat(colour)
                            .describedAs("seed=%d row=%d shown by a rule that was gone", seed, id)
                            .isGreaterThanOrEqualTo(rule);
                }
            });
            assertThat(shown).describedAs("seed=%d", seed).hasSizeGreaterThan(RULES);
        }
    }

    private static void awaitRow(SocketClient client, int id) {
        await().atMost(SocketClient.PATIENCE)
                .until(() -> client.changes().stream().anyMatch(change -> id(change) == id));
    }

    private void changeRule(int rule) throws SQLException {
        try (Connection owner = app.owner();
                Statement statement = owner.createStatement()) {
            owner.setAutoCommit(false);
            statement.execute("UPDATE rule SET n = " + rule);
            statement.execute("ALTER POLICY p ON t USING (colour = " + rule + ")");
            owner.commit();
        }
    }

    private Callable<Void> writing(Random random, AtomicInteger ids, AtomicBoolean stop) {
        return () -> {
            try (Connection owner = app.owner();
                    Statement statement = owner.createStatement()) {
                owner.setAutoCommit(false);
                while (!stop.get()) {
                    // One at a time, so that ids are in the order of commits.
                    statement.execute("SELECT pg_advisory_xact_lock(1)");
                    // Before the table is touched: the change of the rule takes its locks in the same order.
                    statement.execute("SELECT FROM rule FOR SHARE");
                    statement.execute("INSERT INTO t SELECT " + ids.incrementAndGet() + ", n + "
                            + (random.nextInt(3) - 1) + ", n FROM rule");
                    owner.commit();
                }
            }
            return null;
        };
    }

    @Test
    void columnsThatAreDroppedRenamedOrOfAnotherTypeAreNeverMistaken() throws Exception {
        app.sql(
                "CREATE TABLE t (id int PRIMARY KEY, a text, b text, owner_id text)",
                "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
                "CREATE POLICY p ON t FOR SELECT TO butterbase_user USING (owner_id = current_user_id())");
        app.live("t");
        try (SocketClient ada = app.user("ada").subscribe("t");
                SocketClient service = app.service().subscribe("t")) {
            app.sql(
                    "INSERT INTO t VALUES (1, 'a1', 'b1', 'ada')",
                    "ALTER TABLE t DROP COLUMN a",
                    "INSERT INTO t VALUES (2, 'b2', 'ada')",
                    "ALTER TABLE t RENAME COLUMN b TO a",
                    "INSERT INTO t VALUES (3, 'b3', 'ada')",
                    "ALTER TABLE t ADD COLUMN b int",
                    "INSERT INTO t VALUES (4, 'b4', 'ada', 4)",
                    "ALTER TABLE t ALTER COLUMN b TYPE text USING 'n' || b",
                    "INSERT INTO t VALUES (5, 'b5', 'ada', 'n5')",
                    "ALTER TABLE t RENAME COLUMN owner_id TO reader",
                    "INSERT INTO t VALUES (6, 'b6', 'ada', 'n6')",
                    "INSERT INTO t VALUES (7, 'b7', 'bob', 'n7')",
                    "INSERT INTO t VALUES (8, 'b8', 'ada', 'n8')");
            List<JsonNode> expected = List.of(
                    row("{'id':1,'a':'a1','b':'b1','owner_id':'ada'}"),
                    row("{'id':2,'b':'b2','owner_id':'ada'}"),
                    row("{'id':3,'a':'b3','owner_id':'ada'}"),
                    row("{'id':4,'a':'b4','owner_id':'ada','b':4}"),
                    row("{'id':5,'a':'b5','owner_id':'ada','b':'n5'}"),
                    row("{'id':6,'a':'b6','reader':'ada','b':'n6'}"),
                    row("{'id':7,'a':'b7','reader':'bob','b':'n7'}"),
                    row("{'id':8,'a':'b8','reader':'ada','b':'n8'}"));
            assertThat(service.awaitChanges(8)).extracting(AppIT::id).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
            app.sql("INSERT INTO t VALUES (9, 'b9', 'ada', 'n9')");
            awaitRow(ada, 9);
            assertThat(ada.changes()).extracting(AppIT::id).doesNotContain(7);
            for (SocketClient client : List.of(service, ada)) {
                for (JsonNode change : client.changes()) {
                    if (id(change) <= expected.size()) {
                        JsonNode row = expected.get(id(change) - 1);
                        // A column that has another name by the time of judging is left out: nobody has a grant on it.
                        change.path("record")
                                .properties()
                                .forEach(field -> assertThat(field.getValue())
                                        .describedAs("row %d, column %s", id(change), field.getKey())
                                        .isEqualTo(row.path(field.getKey())));
                    }
                }
            }
        }
    }

    private static JsonNode row(String json) throws JsonProcessingException {
        return new ObjectMapper().readTree(json.replace('\'', '"'));
    }
}
