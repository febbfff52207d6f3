package dev.ghee.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ghee.contracts.Contracts;
import dev.ghee.contracts.RowChanges;
import dev.ghee.contracts.Topics;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;

/** Connections cut and slots dropped while changes flow. */
@QuarkusTest
@WithTestResource(StackResource.class)
class StreamFaultIT extends AppIT {

    private static final int ROWS = 400;

    /** Case 1. */
    @Test
    void aReaderKilledBeforeItConfirmsMayRepeatOnTheLogButNeverToAClientAndLeavesNoGap() throws Exception {
        app.sql("CREATE TABLE t (id int PRIMARY KEY)");
        app.live("t");
        try (SocketClient client = app.user("ada").subscribe("t");
                Connection owner = app.owner();
                Statement statement = owner.createStatement()) {
            for (int i = 1; i <= ROWS; i++) {
                statement.execute("INSERT INTO t VALUES (" + i + ")");
                if (i % 100 == 0) {
                    app.killReader();
                }
            }
            List<Integer> all = IntStream.rangeClosed(1, ROWS).boxed().toList();
            await().atMost(Duration.ofSeconds(30)).until(() -> client.changes().size() >= ROWS);
            assertThat(client.changes()).extracting(AppIT::id).containsExactlyElementsOf(all);
            assertThat(new HashSet<>(logged())).containsExactlyInAnyOrderElementsOf(all);
        }
    }

    /** Case 3. */
    @Test
    void aDroppedSlotIsAResyncForEverySubscriberAndTheStreamGoesOn() throws Exception {
        app.sql("CREATE TABLE t (id int PRIMARY KEY)");
        app.live("t");
        try (SocketClient ada = app.user("ada").subscribe("t");
                SocketClient bob = app.user("bob").subscribe("t")) {
            await().atMost(SocketClient.PATIENCE).until(app::dropSlot);
            for (SocketClient client : List.of(ada, bob)) {
                JsonNode resync = client.awaitType("resync");
                assertThat(resync.path("table").asText()).isEqualTo("t");
                assertThat(resync.path("reason").asText()).isEqualTo("slot_lost");
            }
            app.sql("INSERT INTO t VALUES (1)");
            assertThat(id(ada.awaitChanges(1).getFirst())).isEqualTo(1);
            assertThat(id(bob.awaitChanges(1).getFirst())).isEqualTo(1);
        }
    }

    @Test
    void killedJudgesAreReplacedAndNothingIsLost() throws Exception {
        app.sql(
                "CREATE TABLE t (id int PRIMARY KEY, owner_id text)",
                "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
                "CREATE POLICY p ON t TO butterbase_user USING (owner_id = current_user_id())");
        app.live("t");
        try (SocketClient ada = app.user("ada").subscribe("t")) {
            for (int i = 1; i <= 30; i++) {
                app.sql("INSERT INTO t VALUES (" + i + ", 'ada')");
                if (i % 10 == 5) {
                    TestApp.terminate("usename = 'ghee_authenticator' AND datname = '" + app.id + "'");
                }
            }
            assertThat(ada.awaitChanges(30))
                    .extracting(AppIT::id)
                    .containsExactlyElementsOf(
                            IntStream.rangeClosed(1, 30).boxed().toList());
        }
    }

    @Test
    void aClientThatDoesNotReadIsClosedAndTheOthersAreServed() throws Exception {
        app.sql("CREATE TABLE t (id int PRIMARY KEY, body text)");
        app.live("t");
        try (SocketClient reader = app.user("ada").subscribe("t");
                StalledClient stalled = StalledClient.connect(app)) {
            stalled.subscribe("t");
            for (int i = 1; i <= 300; i++) {
                app.sql("INSERT INTO t VALUES (" + i + ", repeat('x', 50000))");
            }
            assertThat(reader.awaitChanges(300)).hasSize(300);
            await().atMost(SocketClient.PATIENCE).until(stalled::cut);
        }
    }

    /** The rows that a client puts together from its changes are the table's, whatever happens to the connection. */
    @Test
    void aClientsRowsEqualTheTableAfterRandomTransactionsAndRestarts() throws Exception {
        long seed = Long.getLong("ghee.test.seed", System.nanoTime());
        Random random = new Random(seed);
        app.sql(
                "CREATE TABLE t (id int PRIMARY KEY, owner_id text, n int)",
                "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
                "CREATE POLICY p ON t TO butterbase_user USING (owner_id = current_user_id())");
        app.live("t");
        try (SocketClient ada = app.user("ada").subscribe("t");
                Connection owner = app.owner();
                Statement statement = owner.createStatement()) {
            owner.setAutoCommit(false);
            for (int i = 0; i < 150; i++) {
                for (int j = random.nextInt(5); j >= 0; j--) {
                    statement.execute(randomChange(random));
                }
                if (random.nextInt(6) == 0) {
                    owner.rollback();
                } else {
                    owner.commit();
                }
                if (random.nextInt(25) == 0) {
                    app.killReader();
                }
            }
            statement.execute("INSERT INTO t VALUES (1000, 'ada', 0)");
            owner.commit();
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> ada.changes().stream().anyMatch(change -> id(change) == 1000));
            Map<Integer, String> expected = new TreeMap<>();
            app.query("SELECT id || ' ' || n FROM t WHERE owner_id = 'ada'").forEach(row -> {
                String[] parts = row.split(" ");
                expected.put(Integer.valueOf(parts[0]), parts[1]);
            });
            assertThat(materialised(ada.changes())).describedAs("seed=%d", seed).isEqualTo(expected);
        }
    }

    private static String randomChange(Random random) {
        int id = random.nextInt(12);
        String owner = random.nextBoolean() ? "ada" : "bob";
        return switch (random.nextInt(4)) {
            case 0 -> "DELETE FROM t WHERE id = " + id;
            case 1 -> "UPDATE t SET owner_id = '" + owner + "', n = n + 1 WHERE id = " + id;
            case 2 -> "UPDATE t SET n = n + 10 WHERE id % 3 = " + id % 3;
            default ->
                "INSERT INTO t VALUES (" + id + ", '" + owner + "', 1)"
                        + " ON CONFLICT (id) DO UPDATE SET n = t.n + 100";
        };
    }

    private static Map<Integer, String> materialised(List<JsonNode> changes) {
        Map<Integer, String> rows = new TreeMap<>();
        for (JsonNode change : changes) {
            if (change.path("record").isNull()) {
                rows.remove(id(change));
            } else {
                rows.put(id(change), change.path("record").path("n").asText());
            }
        }
        return rows;
    }

    /** Ids of the rows on the change log. */
    private List<Integer> logged() throws Exception {
        Map<String, Object> settings = new HashMap<>();
        settings.put("bootstrap.servers", ConfigProvider.getConfig().getValue("kafka.bootstrap.servers", String.class));
        List<Integer> ids = new ArrayList<>();
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            Set<TopicPartition> partitions = new HashSet<>();
            consumer.partitionsFor(Topics.CHANGES)
                    .forEach(info -> partitions.add(new TopicPartition(info.topic(), info.partition())));
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
                for (var record : consumer.poll(Duration.ofMillis(200))) {
                    if (record.key().equals(app.id.value())) {
                        Contracts.read(record.value(), RowChanges.class)
                                .changes()
                                .forEach(change ->
                                        ids.add(Integer.valueOf(java.util.Objects.requireNonNull(change.after())
                                                .getFirst())));
                    }
                }
            }
        }
        return ids;
    }
}
