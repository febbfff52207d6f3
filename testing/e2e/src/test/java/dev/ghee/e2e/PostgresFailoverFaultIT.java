package dev.ghee.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ghee.e2e.TestApp.User;
import dev.ghee.local.GheeStack;
import dev.ghee.testkit.Endpoints;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Case 10. The server is killed and comes back from its log on a new timeline, as a promoted standby does: everything that
 * was committed is there. A standby has no logical slots before Postgres 17, which taking them away stands for.
 */
class PostgresFailoverFaultIT {
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final String COMPONENT = "postgres.us-east-1";

    @Test
    void aNewTimelineLosesNothingAndRepeatsNothing() throws Exception {
        TestApp app = TestApp.create("timeline").withNotes();
        app.enableRealtime("notes");
        User user = app.signUp("ann");
        try (var socket = app.connect(user.token()).subscribe("notes")) {
            String before = app.insertNote(user, "before");
            int timeline = timeline(app);
            failOver(app, false);
            assertThat(timeline(app)).isGreaterThan(timeline);
            String after = insertWhenServing(app, user);
            socket.await(frame -> LiveSocket.isChange(frame, "INSERT", after));
            assertThat(inserts(socket)).containsSubsequence(before, after).doesNotHaveDuplicates();
            assertThat(socket.frames()).noneMatch(frame -> LiveSocket.is(frame, "resync"));
        }
    }

    @Test
    void aPromotedStandbyWithoutTheSlotIsAResyncAndTheStreamGoesOn() throws Exception {
        TestApp app = TestApp.create("standby").withNotes();
        app.enableRealtime("notes");
        User user = app.signUp("ann");
        try (var socket = app.connect(user.token()).subscribe("notes")) {
            app.insertNote(user, "before");
            failOver(app, true);
            assertThat(socket.await(frame -> LiveSocket.is(frame, "resync"))
                            .path("reason")
                            .asText())
                    .isEqualTo("slot_lost");
            String after = insertWhenServing(app, user);
            socket.await(frame -> LiveSocket.isChange(frame, "INSERT", after));
            assertThat(inserts(socket)).doesNotHaveDuplicates();
        }
    }

    private static List<String> inserts(LiveSocket socket) {
        return socket.frames().stream()
                .filter(frame -> LiveSocket.is(frame, "change"))
                .map((JsonNode frame) -> frame.path("record").path("id").asText())
                .toList();
    }

    private static String insertWhenServing(TestApp app, User user) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> app.as(user).get(app.path("/notes?limit=1")).statusCode() == 200);
        return app.insertNote(user, "after");
    }

    private static void failOver(TestApp app, boolean withoutSlots) throws Exception {
        Path data;
        try (Connection admin = admin(app);
                Statement statement = admin.createStatement()) {
            statement.execute("ALTER SYSTEM SET restore_command = 'false'");
            try (ResultSet row = statement.executeQuery("SHOW data_directory")) {
                row.next();
                data = Path.of(row.getString(1));
            }
        }
        // Looked at when the server starts: it then reads its log to the end and begins a timeline.
        Files.createFile(data.resolve("recovery.signal"));
        server(app).process().kill();
        if (withoutSlots) {
            removeSlots(data.resolve("pg_replslot"));
        }
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(250))
                .ignoreExceptions()
                .until(() -> !Files.exists(data.resolve("recovery.signal")) && timeline(app) > 0);
    }

    private static void removeSlots(Path folder) throws IOException {
        try (Stream<Path> below = Files.walk(folder)) {
            for (Path path : below.filter(path -> !path.equals(folder))
                    .sorted(Comparator.reverseOrder())
                    .toList()) {
                Files.delete(path);
            }
        }
    }

    private static int timeline(TestApp app) throws Exception {
        try (Connection admin = admin(app);
                Statement statement = admin.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int")) {
            return row.next() ? row.getInt(1) : 0;
        }
    }

    private static Endpoints.Entry server(TestApp app) {
        GheeStack stack = app.platform().stack();
        assumeTrue(stack != null, "the platform belongs to somebody else");
        if (stack == null) {
            throw new IllegalStateException();
        }
        return stack.endpoints().get(COMPONENT);
    }

    private static Connection admin(TestApp app) throws Exception {
        URI url = URI.create(server(app).get("url"));
        var properties = new Properties();
        String[] login = url.getUserInfo().split(":", 2);
        properties.setProperty("user", login[0]);
        properties.setProperty("password", login[1]);
        return DriverManager.getConnection(
                "jdbc:postgresql://" + url.getHost() + ":" + url.getPort() + url.getPath(), properties);
    }
}
