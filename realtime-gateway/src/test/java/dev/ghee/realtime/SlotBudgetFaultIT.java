package dev.ghee.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Case 4: nobody can read a slot while writes go on, until the server has kept as much log for it as it may. */
@QuarkusTest
@WithTestResource(SmallLogStack.class)
class SlotBudgetFaultIT extends AppIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Pattern AT_RISK = Pattern.compile("(?m)^ghee_realtime_slots_at_risk\\{.*} ([0-9.]+)$");

    @Test
    void theDatabaseStaysWritableAnAlarmRingsAndSubscribersAreToldToReadAgain() throws Exception {
        app.sql("CREATE TABLE t (id int PRIMARY KEY)");
        app.live("t");
        try (SocketClient ada = app.user("ada").subscribe("t");
                Connection writer = app.owner();
                Statement write = writer.createStatement()) {
            write.execute("INSERT INTO t VALUES (1)");
            ada.awaitChanges(1);
            assertThat(atRisk()).isZero();
            shutOut();
            write.execute("INSERT INTO t VALUES (2)");
            await().atMost(PATIENCE).until(() -> {
                // Log and nothing else, so that it is quick.
                write.execute("SELECT pg_logical_emit_message(false, 'filler', repeat('x', 20000000))");
                return isLost();
            });
            write.execute("INSERT INTO t VALUES (3)");
            assertThat(keptFor()).isNull();
            await().atMost(PATIENCE).until(() -> atRisk() > 0);
            admin("ALTER DATABASE " + app.id + " ALLOW_CONNECTIONS true");
            await().atMost(PATIENCE).until(() -> !ada.ofType("resync").isEmpty());
            assertThat(ada.ofType("resync").getFirst().path("reason").asText()).isEqualTo("slot_lost");
            write.execute("INSERT INTO t VALUES (4)");
            await().atMost(PATIENCE).until(() -> ada.changes().stream().anyMatch(change -> id(change) == 4));
            await().atMost(PATIENCE).until(() -> atRisk() == 0);
        }
    }

    /** Who is connected to the app's database may go on; nobody else gets in. */
    private void shutOut() throws SQLException {
        admin(
                "ALTER DATABASE " + app.id + " ALLOW_CONNECTIONS false",
                "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = '" + app.slot()
                        + "'");
    }

    private boolean isLost() throws SQLException {
        admin("CHECKPOINT");
        return "lost".equals(ofSlot("wal_status"));
    }

    /** Where the log begins that is kept for the slot. */
    private String keptFor() throws SQLException {
        return ofSlot("restart_lsn");
    }

    private String ofSlot(String column) throws SQLException {
        try (Connection admin = TestApp.admin();
                Statement statement = admin.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT " + column + " FROM pg_replication_slots WHERE slot_name = '" + app.slot() + "'")) {
            row.next();
            return row.getString(1);
        }
    }

    private static void admin(String... statements) throws SQLException {
        try (Connection admin = TestApp.admin();
                Statement statement = admin.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static double atRisk() {
        Matcher gauge = AT_RISK.matcher(RestAssured.get("/q/metrics").asString());
        assertThat(gauge.find()).isTrue();
        return Double.parseDouble(gauge.group(1));
    }
}
