package dev.ghee.pgoutput;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Large transactions as they arrive with {@code streaming 'on'}; reliability.md, case 6. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class StreamedTransactionIT {
    private static final int ROWS = 5000;

    @SuppressWarnings("NullAway.Init")
    private static TestDatabase database;

    @SuppressWarnings("NullAway.Init")
    private static WalSession wal;

    @BeforeAll
    static void open() throws SQLException {
        database = TestDatabase.create();
        wal = database.openWal(Map.of("binary", "true", "streaming", "on"));
    }

    @AfterAll
    static void close() throws SQLException {
        database.close();
    }

    @Test
    void everyRowArrivesInOrderBetweenItsBlocksAndTheCommit() throws SQLException {
        database.execute(
                "CREATE TABLE many (id integer PRIMARY KEY, note text)",
                "INSERT INTO many SELECT i, repeat('n', 50) FROM generate_series(0, " + (ROWS - 1) + ") i");
        List<WalMessage> messages = wal.drain();
        var first = (WalMessage.StreamStart) messages.getFirst();
        var last = (WalMessage.StreamCommit) messages.getLast();
        assertThat(first.firstBlock()).isTrue();
        assertThat(last.xid()).isEqualTo(first.xid());
        assertThat(messages)
                .filteredOn(WalMessage.StreamStart.class::isInstance)
                .hasSizeGreaterThan(1);
        assertThat(insertedIds(messages))
                .isEqualTo(IntStream.range(0, ROWS).boxed().toList());
    }

    @Test
    void rolledBackPartNamesItsSubtransaction() throws SQLException {
        database.execute(
                "CREATE TABLE partly (id integer PRIMARY KEY, note text)",
                "BEGIN; INSERT INTO partly SELECT i, repeat('n', 50) FROM generate_series(0, 1999) i;"
                        + " SAVEPOINT s; INSERT INTO partly SELECT i, repeat('n', 50) FROM generate_series(2000, 3999) i;"
                        + " ROLLBACK TO s; INSERT INTO partly SELECT i, repeat('n', 50) FROM generate_series(4000, 5999) i;"
                        + " ALTER TABLE partly RENAME note TO remark; UPDATE partly SET remark = '' WHERE id < 10;"
                        + " DELETE FROM partly WHERE id < 5; TRUNCATE partly; COMMIT");
        List<WalMessage> messages = wal.drain();
        List<Integer> undone = messages.stream()
                .filter(WalMessage.StreamAbort.class::isInstance)
                .map(message -> ((WalMessage.StreamAbort) message).subxid())
                .toList();
        List<WalMessage> kept = messages.stream()
                .filter(message -> !(message instanceof WalMessage.Streamed s && undone.contains(s.xid())))
                .toList();
        assertThat(insertedIds(kept))
                .isEqualTo(IntStream.range(0, 6000)
                        .filter(id -> id < 2000 || id >= 4000)
                        .boxed()
                        .toList());
        assertThat(kept)
                .filteredOn(message -> message instanceof WalMessage.Streamed(int _, WalMessage.Update _))
                .hasSize(10);
        assertThat(kept).anyMatch(message -> message instanceof WalMessage.Streamed(int _, WalMessage.Truncate _));
    }

    @Test
    void smallTransactionsArriveWholeBetweenBlocks() throws SQLException {
        database.execute("CREATE TABLE few (id integer PRIMARY KEY, note text)", "INSERT INTO few VALUES (0, NULL)");
        assertThat(wal.drain())
                .extracting(Object::getClass)
                .containsExactly(
                        WalMessage.Begin.class,
                        WalMessage.Relation.class,
                        WalMessage.Insert.class,
                        WalMessage.Commit.class);
    }

    private static List<Integer> insertedIds(List<WalMessage> messages) {
        List<Integer> ids = new ArrayList<>();
        for (WalMessage message : messages) {
            if (message instanceof WalMessage.Streamed(int _, WalMessage.Insert insert)
                    && insert.row().getFirst() instanceof WalMessage.Cell.Binary(ByteBuffer id)) {
                ids.add(id.getInt(0));
            }
        }
        return ids;
    }
}
