package dev.ghee.control.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import java.io.IOException;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Reliability case 26: nothing that a client sends becomes SQL; and nothing it sends is answered with 500. */
@QuarkusTest
@WithTestResource(StackResource.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileInputIT {
    private static final List<String> INJECTIONS = List.of(
            "'; DROP TABLE victims; --",
            "1 OR 1=1",
            "1) OR (1=1",
            "' OR ''='",
            "\"; DROP TABLE victims; --",
            "id\"::text FROM victims; --",
            "$1",
            "$$; DROP TABLE victims; $$",
            "pg_sleep(5)",
            "(SELECT count(*) FROM pg_class)",
            "a' & !b | (c",
            "{\"a\":{\"$ne\":1}}",
            "../../etc/passwd",
            "\\'; DROP TABLE victims; --",
            "1; SELECT set_config('role','butterbase_service',false)");

    private static final List<String> ODDITIES = List.of(
            "",
            " ",
            "%",
            "_",
            "\0",
            "\n",
            "\t",
            "\\",
            "'",
            "\"",
            "`",
            "null",
            "true",
            "NaN",
            "-0",
            "1e999",
            "0x10",
            "é",
            "\uD83D\uDE00",
            "\uFFFF",
            "()",
            "(",
            ")",
            ",",
            ".",
            "..",
            "*",
            "[]",
            "{}",
            "a".repeat(5000),
            "99999999999999999999",
            "-1",
            "eq.",
            "in.(",
            "is.",
            ".eq.1",
            "eq.eq.eq",
            "infinity",
            "2026-13-45");

    private final long seed = Long.getLong("ghee.test.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private TestApp app;

    @BeforeEach
    void aVictim() throws SQLException {
        if (app == null) {
            app = TestApp.create(
                    "CREATE TABLE victims (id int PRIMARY KEY, label text, doc jsonb, owner text, at timestamptz, u uuid)",
                    "CREATE TABLE \"odd \"\"name; --\" (\"id\" int PRIMARY KEY, \"a \"\"b'; --\" text)",
                    "INSERT INTO \"odd \"\"name; --\" VALUES (1, 'x')");
            app.isolate("victims", "owner");
        }
        // Random requests may well change or delete rows that are the user's own.
        app.execute("DELETE FROM victims");
        app.execute("INSERT INTO victims VALUES (1, 'mine', '{}', 'ann'), (2, 'hers', '{}', 'eve')");
    }

    @AfterAll
    void drop() throws SQLException {
        app.close();
    }

    @Test
    void filterValuesAreOnlyValues() throws SQLException {
        for (String text : INJECTIONS) {
            for (String operator : List.of("eq", "neq", "gt", "like", "ilike", "fts")) {
                assertOnlyOwnRows(app.asUser("ann").get(app.path("victims?label=" + operator + "." + encoded(text))));
            }
            assertOnlyOwnRows(app.asUser("ann").get(app.path("victims?id=in.(" + encoded(text) + ")")));
            assertOnlyOwnRows(app.asUser("ann").get(app.path("victims?doc=eq." + encoded(text))));
        }
        assertVictimsAlive();
    }

    @Test
    void selectOrderAndPageNamesAreOnlyNames() throws SQLException {
        for (String text : INJECTIONS) {
            for (String parameter : List.of("select", "order", "limit", "offset", "count")) {
                assertOnlyOwnRows(app.asUser("ann").get(app.path("victims?" + parameter + "=" + encoded(text))));
            }
            assertOnlyOwnRows(app.asUser("ann").get(app.path("victims?" + encoded(text) + "=eq.1")));
        }
        assertVictimsAlive();
    }

    @Test
    void tableNamesKeysAndBodiesAreOnlyData() throws SQLException {
        for (String text : INJECTIONS) {
            assertRefused(app.asUser("ann").get(app.path(encoded(text))));
            assertRefused(app.asUser("ann").get(app.path("victims/" + encoded(text))));
            String json = "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
            assertRefused(app.asUser("ann").body("{" + json + ":1}").post(app.path("victims")));
            app.asUser("ann")
                    .body("{\"label\":" + json + "}")
                    .patch(app.path("victims/1"))
                    .then()
                    .statusCode(200);
            assertThat(app.column("SELECT label FROM victims WHERE id = 1")).containsExactly(text);
        }
        app.execute("UPDATE victims SET label = 'mine' WHERE id = 1");
        assertVictimsAlive();
    }

    @Test
    void hostileNamesOfTablesAndColumnsAreServedLikeOthers() {
        String path = app.path(encoded("odd \"name; --"));
        String column = encoded("a \"b'; --");
        Response rows = app.asService().get(path + "?" + column + "=eq.x&order=" + column + ".desc&select=" + column);
        assertThat(rows.statusCode()).isEqualTo(200);
        assertThat(rows.jsonPath().getList("$")).hasSize(1);
    }

    @Test
    void noInputMakesTheServerFail() {
        System.out.println("ghee.test.seed=" + seed);
        for (int round = 0; round < 400; round++) {
            String table = random.nextInt(4) == 0 ? encoded(any()) : "victims";
            String query = "?" + parameter(name(), random.nextBoolean() ? operator() + any() : any()) + "&"
                    + parameter(name(), any());
            String id = random.nextBoolean() ? "/" + encoded(any()) : "";
            String body = random.nextBoolean() ? any() : "{\"" + name() + "\":" + json() + "}";
            String method = List.of("GET", "POST", "PATCH", "DELETE").get(random.nextInt(4));
            var request = random.nextBoolean() ? app.asUser("ann") : app.asNobody();
            Response answer = method.equals("GET")
                    ? request.get(app.path(table + id + query))
                    : request.body(body.getBytes(StandardCharsets.UTF_8)).request(method, app.path(table + id + query));
            assertThat(answer.statusCode())
                    .as("seed %d: %s %s%s%s %s", seed, method, table, id, query, body)
                    .isLessThan(500);
            assertNoSql(answer);
        }
    }

    @Test
    void aBadlyEncodedOrEndlessUrlIsRefused() throws IOException {
        for (String rest : List.of(
                "victims?label=eq.%zz",
                "victims?label=eq.%", "victims/%zz", "vic%ff%tims", "victims?label=eq." + "a".repeat(40_000))) {
            assertThat(rawStatus(app.path(rest))).as(rest.substring(0, 10)).isBetween(400, 431);
        }
    }

    /** Clients refuse to send what no URL may contain. */
    private static int rawStatus(String path) throws IOException {
        try (var socket = new Socket("127.0.0.1", RestAssured.port)) {
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + TestApp.ownerKey()
                                    + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.ISO_8859_1));
            String answer = new String(socket.getInputStream().readNBytes(12), StandardCharsets.ISO_8859_1);
            return Integer.parseInt(answer.substring(9));
        }
    }

    /** The client fails on a parameter without name and value before it sends anything. */
    private static String parameter(String name, String value) {
        return name.isEmpty() && value.isEmpty() ? "empty=" : encoded(name) + "=" + encoded(value);
    }

    private String any() {
        return random.nextBoolean()
                ? INJECTIONS.get(random.nextInt(INJECTIONS.size()))
                : ODDITIES.get(random.nextInt(ODDITIES.size()));
    }

    private String name() {
        return random.nextInt(3) == 0
                ? any().replace("\"", "")
                        .replace("\\", "")
                        .replace("\n", "")
                        .replace("\t", "")
                        .replace("\0", "")
                : List.of("id", "label", "doc", "owner", "at", "u", "select", "order", "limit", "offset")
                        .get(random.nextInt(10));
    }

    private String operator() {
        return List.of("eq.", "neq.", "gt.", "like.", "ilike.", "is.", "in.(", "fts.", "x.")
                .get(random.nextInt(9));
    }

    private String json() {
        return List.of(
                        "1",
                        "null",
                        "true",
                        "\"x\"",
                        "[1,{\"a\":[]}]",
                        "{\"type\":\"Buffer\",\"data\":[999]}",
                        "1e400",
                        "-",
                        "\"\\u0000\"",
                        "\"\\ud800\"",
                        "99999999999999999999",
                        "\"infinity\"")
                .get(random.nextInt(12));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static void assertOnlyOwnRows(Response answer) {
        assertThat(answer.statusCode()).isIn(200, 400);
        assertThat(answer.asString()).doesNotContain("hers").doesNotContain("eve");
        assertNoSql(answer);
    }

    private static void assertRefused(Response answer) {
        assertThat(answer.statusCode()).isIn(400, 404);
        assertNoSql(answer);
    }

    private static void assertNoSql(Response answer) {
        if (answer.statusCode() >= 400) {
            assertThat(answer.asString())
                    .doesNotContain(
                            "SELECT convert_to",
                            "FROM public",
                            "syntax error",
                            "row_to_json",
                            "json_populate",
                            "\"t\".",
                            "io.vertx",
                            "Exception");
        }
    }

    private void assertVictimsAlive() throws SQLException {
        assertThat(app.column("SELECT label FROM victims ORDER BY id")).containsExactly("mine", "hers");
    }
}
