package dev.ghee.pgoutput;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Random transactions, then the table rebuilt from the stream equals the table. Covers reliability.md's cases 6, 7 and
 * 9. Repeat a run with {@code -Dseed=…}.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class RandomHistoryIT {
    private static final int TRANSACTIONS = 80;
    private static final int KEYS = 40;
    private static final int CHECK_EVERY = 20;

    private final long seed = Long.getLong("ghee.test.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private boolean renamed;

    @ParameterizedTest
    @CsvSource({"DEFAULT, off, true", "FULL, off, true", "DEFAULT, on, true", "FULL, on, false"})
    void replicaEqualsTheTable(String identity, String streaming, String binary) throws SQLException {
        try (TestDatabase database = TestDatabase.create()) {
            database.execute(
                    "CREATE TABLE history (id integer PRIMARY KEY, n integer, note text, big text)",
                    "ALTER TABLE history ALTER big SET STORAGE EXTERNAL",
                    "ALTER TABLE history REPLICA IDENTITY " + identity);
            WalSession wal = database.openWal(Map.of("binary", binary, "streaming", streaming));
            Replica replica = new Replica();
            boolean streamed = false;
            for (int i = 1; i <= TRANSACTIONS; i++) {
                database.execute(transaction());
                if (i % CHECK_EVERY == 0) {
                    List<WalMessage> messages = wal.drain();
                    messages.forEach(replica::apply);
                    streamed |= messages.stream().anyMatch(WalMessage.StreamCommit.class::isInstance);
                    assertThat(replica.table("history")).as("seed %d", seed).isEqualTo(table(database));
                }
            }
            assertThat(streamed).as("seed %d", seed).isEqualTo(streaming.equals("on"));
        }
    }

    private String transaction() {
        StringBuilder sql = new StringBuilder("BEGIN;");
        for (int i = random.nextInt(6); i >= 0; i--) {
            boolean undone = random.nextInt(4) == 0;
            sql.append(undone ? "SAVEPOINT s;" : "");
            sql.append(statement());
            sql.append(undone ? "ROLLBACK TO s;" : "");
        }
        if (random.nextInt(12) == 0) {
            // On its own, because a rollback would undo it and our note of it would not.
            String rename = renamed ? "remark TO note" : "note TO remark";
            renamed = !renamed;
            return sql + "ALTER TABLE history RENAME " + rename + ";" + statement() + "COMMIT";
        }
        return sql + (random.nextInt(8) == 0 ? "ROLLBACK" : "COMMIT");
    }

    private String statement() {
        int id = random.nextInt(KEYS);
        int other = random.nextInt(KEYS);
        return switch (random.nextInt(12)) {
            case 0, 1, 2 -> "INSERT INTO history VALUES (" + id + ", 1, NULL, " + big() + ") ON CONFLICT DO NOTHING;";
            case 3, 4 -> "UPDATE history SET n = n + 1 WHERE id % 3 = " + id % 3 + ";";
            case 5 -> "UPDATE history SET " + (renamed ? "remark" : "note") + " = 'x' WHERE id = " + id + ";";
            case 6 -> "UPDATE history SET big = " + big() + " WHERE id = " + id + ";";
            case 7 ->
                "UPDATE history SET id = " + other + " WHERE id = " + id
                        + " AND NOT EXISTS (SELECT FROM history WHERE id = " + other + ");";
            case 8 -> "DELETE FROM history WHERE id = " + id + ";";
            case 9 ->
                "INSERT INTO history SELECT i, 0, 'bulk', " + big() + " FROM generate_series(1000, 1600) i"
                        + " ON CONFLICT (id) DO UPDATE SET n = history.n + 1;";
            case 10 -> "DELETE FROM history WHERE id >= 1000;";
            default -> random.nextInt(4) == 0 ? "TRUNCATE history;" : "SELECT 1;";
        };
    }

    /** Half of them long enough to be stored out of line. */
    private String big() {
        return "repeat('" + (char) ('a' + random.nextInt(26)) + "', " + (random.nextBoolean() ? 2500 : 20) + ")";
    }

    private static Map<String, List<String>> table(TestDatabase database) throws SQLException {
        Map<String, List<String>> rows = new TreeMap<>();
        try (Statement statement = database.sql().createStatement();
                ResultSet result = statement.executeQuery("SELECT * FROM history")) {
            while (result.next()) {
                rows.put(
                        result.getString(1),
                        List.of(
                                result.getString(1),
                                String.valueOf(result.getString(2)),
                                String.valueOf(result.getString(3)),
                                String.valueOf(result.getString(4))));
            }
        }
        return rows;
    }
}
