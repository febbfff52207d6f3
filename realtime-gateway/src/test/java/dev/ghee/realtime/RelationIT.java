package dev.ghee.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ghee.realtime.change.RowChange;
import dev.ghee.realtime.change.TransactionPart;
import dev.ghee.realtime.database.AppConnections;
import dev.ghee.realtime.policy.relation.Relation;
import dev.ghee.realtime.policy.relation.RelationNeed;
import dev.ghee.realtime.policy.relation.RelationStores;
import dev.ghee.realtime.policy.relation.Relations;
import dev.ghee.realtime.slot.ReplicationSlots;
import dev.ghee.realtime.slot.ValueForm;
import dev.ghee.realtime.slot.WalSession;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The rows that are kept of a membership table are the table's, at every commit. */
@QuarkusTest
@WithTestResource(StackResource.class)
@Timeout(120)
class RelationIT extends AppIT {
    private static final int USERS = 8;
    private static final WalSession.PartLimits PARTS = new WalSession.PartLimits(20, 1 << 20);

    @Inject
    AppConnections connections;

    @Inject
    ReplicationSlots slots;

    @Inject
    RelationStores stores;

    private Relations relations;
    private WalSession session;
    private int members;

    @BeforeEach
    void startReading() throws Exception {
        app.sql(
                "CREATE TABLE members (room int, user_id text, joined timestamptz, level numeric(6,2), active boolean)",
                "CREATE TABLE marks (id int PRIMARY KEY)");
        app.live("marks");
        members = Integer.parseInt(app.query("SELECT 'members'::regclass::oid").getFirst());
        session = WalSession.open(connections, app.state(), "test", slots.ensure(app.state()), ValueForm.BINARY, PARTS);
        relations = stores.open(app::state);
    }

    @AfterEach
    void stopReading() {
        relations.close();
        session.close();
    }

    private RelationNeed need() {
        return new RelationNeed(
                members,
                "public",
                "members",
                Set.of("room", "user_id", "joined", "level", "active"),
                Set.of("room", "user_id"));
    }

    /** Takes in parts up to the one that writes this mark, and tells what is kept then. */
    private Set<String> upToMark(int mark) throws Exception {
        readUntil(part -> marks(part).contains(mark));
        return kept();
    }

    private void readUntil(Predicate<TransactionPart> last) throws Exception {
        TransactionPart part;
        do {
            part = session.next();
            if (relations.concerns(part)) {
                relations.observe(part);
            }
        } while (!last.test(part));
    }

    private static List<Integer> marks(TransactionPart part) {
        List<Integer> marks = new ArrayList<>();
        for (RowChange change : part.changes()) {
            if (change instanceof RowChange.Insert insert
                    && change.table().name().equals("marks")) {
                marks.add(Integer.valueOf(String.valueOf(insert.after().texts().getFirst())));
            }
        }
        return marks;
    }

    private Set<String> kept() {
        return kept(relations.current(members).orElseThrow());
    }

    private static Set<String> kept(Relation relation) {
        Set<String> rows = new TreeSet<>();
        for (int user = 0; user < USERS; user++) {
            relation.where("user_id", "u" + user)
                    .forEach(tuple -> rows.add(tuple.text("room") + "|" + tuple.text("user_id") + "|"
                            + tuple.text("joined") + "|" + tuple.text("level") + "|" + tuple.text("active")));
        }
        return rows;
    }

    private static Set<String> selected(Statement statement) throws SQLException {
        Set<String> rows = new TreeSet<>();
        try (ResultSet found = statement.executeQuery("SELECT concat_ws('|', coalesce(room::text, 'null'), user_id,"
                + " coalesce(joined::text, 'null'), coalesce(level::text, 'null'),"
                + " coalesce(left(active::text, 1), 'null')) FROM members WHERE user_id IS NOT NULL")) {
            while (found.next()) {
                rows.add(found.getString(1));
            }
        }
        return rows;
    }

    private static String randomWrite(Random random) {
        String user = "'u" + random.nextInt(USERS) + "'";
        int room = random.nextInt(5);
        return switch (random.nextInt(14)) {
            case 0, 1, 2 -> "DELETE FROM members WHERE user_id = " + user + " AND room = " + room;
            case 3, 4 -> "UPDATE members SET room = " + room + " WHERE user_id = " + user;
            case 5 -> "UPDATE members SET user_id = " + user + ", active = NOT active WHERE room = " + room;
            case 6 -> "UPDATE members SET joined = joined + interval '1 hour 0.5 s' WHERE room = " + room;
            case 7 -> "INSERT INTO members SELECT r, 'u' || r % " + USERS + " FROM generate_series(1, 25) r";
            case 8 -> random.nextInt(6) == 0 ? "TRUNCATE members" : "INSERT INTO members VALUES (NULL, " + user + ")";
            case 9 -> "INSERT INTO members VALUES (" + room + ", NULL, now(), 1.50, false)";
            default -> "INSERT INTO members VALUES (" + room + ", " + user + ", now(), 2.5, true)";
        };
    }

    @Test
    void isWhatSelectGivesAtEveryCommit() throws Exception {
        long seed = Long.getLong("ghee.test.seed", System.nanoTime());
        Random random = new Random(seed);
        int transactions = 400;
        Map<Integer, Set<String>> expected = new ConcurrentHashMap<>();
        expected.put(0, Set.of());
        try (ExecutorService pool = Executors.newSingleThreadExecutor()) {
            Future<Void> writer = pool.submit(writing(random, transactions, expected));
            Set<String> before = upToMarkUnknowing(20);
            assertThat(before).isEmpty();
            relations.need(List.of(need()));
            int joined = transactions;
            for (int mark = 21; mark <= transactions; mark++) {
                int seen = mark;
                readUntil(part -> marks(part).contains(seen));
                var current = relations.current(members);
                if (current.isEmpty()) {
                    continue;
                }
                joined = Math.min(joined, expected.size());
                if (mark > joined) {
                    assertThat(kept(current.get()))
                            .describedAs("seed=%d mark=%d joined=%d", seed, mark, joined)
                            .isEqualTo(expected.get(mark));
                }
            }
            writer.get();
            assertThat(joined).describedAs("seed=%d", seed).isLessThan(transactions - 50);
        }
    }

    private Set<String> upToMarkUnknowing(int mark) throws Exception {
        readUntil(part -> marks(part).contains(mark));
        return relations.current(members).map(RelationIT::kept).orElse(Set.of());
    }

    private Callable<Void> writing(Random random, int transactions, Map<Integer, Set<String>> expected) {
        return () -> {
            try (Connection owner = app.owner();
                    Statement statement = owner.createStatement()) {
                statement.execute("SET TimeZone = 'UTC'");
                owner.setAutoCommit(false);
                for (int mark = 1; mark <= transactions; mark++) {
                    for (int i = random.nextInt(4); i >= 0; i--) {
                        statement.execute(randomWrite(random));
                    }
                    if (random.nextInt(8) == 0) {
                        owner.rollback();
                    }
                    statement.execute("INSERT INTO marks VALUES (" + mark + ")");
                    expected.put(mark, selected(statement));
                    owner.commit();
                }
            }
            return null;
        };
    }

    @Test
    void joinsUnderConcurrentWritesWithoutGapOrRepetition() throws Exception {
        long seed = Long.getLong("ghee.test.seed", System.nanoTime());
        var stop = new AtomicBoolean();
        try (ExecutorService pool = Executors.newFixedThreadPool(3)) {
            List<Future<Void>> writers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                writers.add(pool.submit(scribbling(new Random(seed + i), stop)));
            }
            for (int round = 1; round <= 10; round++) {
                relations.need(List.of());
                int mark = round;
                app.sql("INSERT INTO marks VALUES (" + mark + ")");
                upToMarkUnknowing(mark);
                relations.need(List.of(need()));
                await().pollInSameThread()
                        .atMost(SocketClient.PATIENCE)
                        .until(() -> relations.current(members).isPresent());
            }
            stop.set(true);
            for (Future<Void> writer : writers) {
                writer.get();
            }
        }
        try (Connection owner = app.owner();
                Statement statement = owner.createStatement()) {
            statement.execute("SET TimeZone = 'UTC'");
            statement.execute("INSERT INTO marks VALUES (1000)");
            assertThat(upToMark(1000)).describedAs("seed=%d", seed).isEqualTo(selected(statement));
        }
    }

    private Callable<Void> scribbling(Random random, AtomicBoolean stop) {
        return () -> {
            try (Connection owner = app.owner();
                    Statement statement = owner.createStatement()) {
                owner.setAutoCommit(false);
                while (!stop.get()) {
                    String user = "'u" + random.nextInt(USERS) + "'";
                    statement.execute("DELETE FROM members WHERE user_id = " + user);
                    statement.execute("INSERT INTO members VALUES (" + random.nextInt(5) + ", " + user + ")");
                    owner.commit();
                }
            } catch (SQLException e) {
                // Two who delete the same rows may wait for each other; the one that is ended has written nothing.
                if (!"40P01".equals(e.getSQLState())) {
                    throw e;
                }
            }
            return null;
        };
    }

    private void awaitCurrent() {
        await().pollInSameThread()
                .atMost(SocketClient.PATIENCE)
                .until(() -> relations.current(members).isPresent());
    }

    @Test
    void isNotTrustedWhileATransactionIsOnlyHalfTakenIn() throws Exception {
        app.sql("INSERT INTO marks VALUES (1)");
        upToMarkUnknowing(1);
        relations.need(List.of(need()));
        awaitCurrent();
        app.sql("INSERT INTO members SELECT r % 5, 'u' || r % " + USERS + " FROM generate_series(1, 100) r");
        int taken = 0;
        TransactionPart part;
        do {
            part = session.next();
            relations.observe(part);
            taken += part.changes().size();
            assertThat(relations.current(members).isPresent())
                    .isEqualTo(part.end().isPresent());
        } while (taken < 100 || part.end().isEmpty());
        assertThat(kept()).hasSize(40);
    }

    @Test
    void isReadAnewWhenTheTableChanges() throws Exception {
        app.sql("INSERT INTO members VALUES (1, 'u1'), (2, 'u2')");
        relations.need(List.of(need()));
        awaitCurrent();
        app.sql("ALTER TABLE members ALTER room TYPE int USING room + 10", "INSERT INTO marks VALUES (1)");
        readUntil(part -> marks(part).contains(1));
        awaitCurrent();
        assertThat(kept()).containsExactly("11|u1|null|null|null", "12|u2|null|null|null");
        app.sql(
                "ALTER PUBLICATION ghee_realtime DROP TABLE members",
                "INSERT INTO members VALUES (3, 'u3')",
                "INSERT INTO marks VALUES (2)");
        readUntil(part -> marks(part).contains(2));
        awaitCurrent();
        assertThat(kept()).contains("3|u3|null|null|null");
        app.sql("ALTER TABLE members RENAME COLUMN room TO chamber", "INSERT INTO marks VALUES (3)");
        readUntil(part -> marks(part).contains(3));
        await().pollInSameThread()
                .atMost(SocketClient.PATIENCE)
                .until(() -> relations.current(members).isEmpty()
                        && relations.refusal(members).isPresent());
    }

    @Test
    void isReadAnewWhenTheSlotIsAnother() throws Exception {
        relations.need(List.of(need()));
        app.sql("INSERT INTO marks VALUES (1)");
        readUntil(part -> marks(part).contains(1));
        awaitCurrent();
        session.close();
        await().atMost(SocketClient.PATIENCE).until(() -> {
            slots.drop(app.state());
            return app.query("SELECT slot_name FROM pg_replication_slots WHERE slot_name = '" + app.slot() + "'")
                    .isEmpty();
        });
        app.sql("INSERT INTO members VALUES (4, 'u4')");
        session = WalSession.open(connections, app.state(), "test", slots.ensure(app.state()), ValueForm.BINARY, PARTS);
        app.sql("INSERT INTO marks VALUES (2)");
        readUntil(part -> marks(part).contains(2));
        awaitCurrent();
        assertThat(kept()).containsExactly("4|u4|null|null|null");
    }

    @Test
    void aTableThatCannotBeFollowedIsRefusedWithAReason() throws Exception {
        app.sql("CREATE TABLE parents (id int, user_id text)", "CREATE TABLE children () INHERITS (parents)");
        int parents =
                Integer.parseInt(app.query("SELECT 'parents'::regclass::oid").getFirst());
        relations.need(
                List.of(new RelationNeed(parents, "public", "parents", Set.of("id", "user_id"), Set.of("user_id"))));
        await().pollInSameThread()
                .atMost(SocketClient.PATIENCE)
                .until(() -> relations.current(parents).isEmpty()
                        && relations.refusal(parents).isPresent());
        assertThat(relations.refusal(parents))
                .hasValueSatisfying(reason -> assertThat(reason).contains("children"));
    }

    @Test
    void leavesThePublicationWithTheLastLiveTable() throws Exception {
        relations.need(List.of(need()));
        awaitCurrent();
        assertThat(app.query("SELECT relreplident FROM pg_class WHERE relname = 'members'"))
                .containsExactly("f");
        io.restassured.RestAssured.given()
                .header("Authorization", "Bearer " + app.serviceKey)
                .delete("/v1/" + app.id + "/realtime/marks")
                .then()
                .statusCode(200);
        assertThat(app.query("SELECT relreplident FROM pg_class WHERE relname = 'members'"))
                .containsExactly("d");
        assertThat(app.query("SELECT tablename FROM pg_publication_tables WHERE pubname = 'ghee_realtime'"))
                .isEmpty();
    }
}
