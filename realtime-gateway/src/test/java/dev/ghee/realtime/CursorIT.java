package dev.ghee.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ghee.pgoutput.Lsn;
import dev.ghee.realtime.subscription.Cursor;
import dev.ghee.realtime.subscription.CursorCodec;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Case 13: an old, future, forged or foreign cursor is answered by a resync, and gives nothing away. */
@QuarkusTest
@WithTestResource(StackResource.class)
class CursorIT extends AppIT {
    @Inject
    CursorCodec cursors;

    /** A table with one row, and the cursor of that row's change. */
    private static Cursor prepared(TestApp owner, CursorCodec cursors, SocketClient witness) throws Exception {
        witness.subscribe("t");
        owner.sql("INSERT INTO t VALUES (1)");
        String text = witness.awaitChanges(1).getFirst().path("cursor").asText();
        return cursors.decode(owner.id, text).orElseThrow();
    }

    private void answeredBy(String reason, UnaryOperator<Cursor> change) throws Exception {
        app.sql("CREATE TABLE t (id int PRIMARY KEY)");
        app.live("t");
        try (SocketClient witness = app.service()) {
            Cursor cursor = change.apply(prepared(app, cursors, witness));
            resynced(reason, cursors.writer(app.id).write(cursor));
        }
    }

    /** Resynced, and served from then on. */
    private void resynced(String reason, String cursor) throws Exception {
        try (SocketClient back = app.user("ada")) {
            back.send("{\"type\":\"subscribe\",\"table\":\"t\",\"since\":\"" + cursor + "\"}");
            JsonNode resync = back.awaitType("resync");
            assertThat(resync.path("reason").asText()).isEqualTo(reason);
            assertThat(resync.path("table").asText()).isEqualTo("t");
            await().atMost(SocketClient.PATIENCE)
                    .until(() -> !back.ofType("subscribed").isEmpty());
            app.sql("INSERT INTO t VALUES (7)");
            assertThat(back.awaitChanges(1)).extracting(AppIT::id).containsExactly(7);
        }
    }

    @Test
    void ofAnEarlierSlot() throws Exception {
        answeredBy("slot_lost", old -> new Cursor(old.epoch() - 1, old.commitLsn(), old.sequence(), old.offset()));
    }

    @Test
    void ofASlotThatIsNotYet() throws Exception {
        answeredBy("slot_lost", old -> new Cursor(old.epoch() + 1, old.commitLsn(), old.sequence(), old.offset()));
    }

    @Test
    void ofALogThatIsNotYet() throws Exception {
        answeredBy(
                "cursor_invalid",
                old -> new Cursor(old.epoch(), old.commitLsn(), old.sequence(), old.offset() + 1_000_000));
    }

    /** As after the app's database was restored from a backup. */
    @Test
    void ofACommitThatIsNotYet() throws Exception {
        answeredBy(
                "cursor_invalid",
                old -> new Cursor(
                        old.epoch(), new Lsn(old.commitLsn().offset() + (1L << 40)), old.sequence(), old.offset()));
    }

    @Test
    void forgedOrMalformed() throws Exception {
        app.sql("CREATE TABLE t (id int PRIMARY KEY)");
        app.live("t");
        try (SocketClient witness = app.service()) {
            String good = cursors.writer(app.id).write(prepared(app, cursors, witness));
            char first = good.charAt(45) == 'A' ? 'B' : 'A';
            resynced("cursor_invalid", good.substring(0, 45) + first + good.substring(46));
        }
    }

    /** Both apps have a table of the same name; the other one's cursor opens nothing of either. */
    @Test
    void ofAnotherApp() throws Exception {
        app.sql("CREATE TABLE t (id int PRIMARY KEY)");
        app.live("t");
        try (TestApp other = new TestApp(apps, keys);
                SocketClient here = app.service().subscribe("t")) {
            other.sql("CREATE TABLE t (id int PRIMARY KEY)");
            other.live("t");
            try (SocketClient there = other.service()) {
                Cursor foreign = prepared(other, cursors, there);
                other.sql("INSERT INTO t VALUES (2)");
                there.awaitChanges(2);
                resynced("cursor_invalid", cursors.writer(other.id).write(foreign));
                assertThat(here.awaitChanges(1)).extracting(AppIT::id).containsExactly(7);
                assertThat(there.changes()).extracting(AppIT::id).containsExactly(1, 2);
            }
        }
    }
}
