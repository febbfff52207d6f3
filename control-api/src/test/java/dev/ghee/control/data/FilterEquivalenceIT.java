package dev.ghee.control.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Whatever the API shows is what SQL shows: random filters against hand-written SQL, users against SET ROLE. */
@QuarkusTest
@WithTestResource(StackResource.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FilterEquivalenceIT {
    private static final int ROUNDS = 150;
    private static final List<String> USERS = List.of("ann", "bob", "o'neil", "zoë \"x\"");

    private final long seed = Long.getLong("ghee.test.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private TestApp app;

    /** A column and values that may be compared with it. */
    private record Field(String name, String type, List<String> values) {}

    private static final List<Field> FIELDS = List.of(
            new Field("id", "int", List.of("1", "17", "60", "-5")),
            new Field("label", "text", List.of("a", "b'c", "%", "_", "A", "", "x,y", "\\\\", "ü")),
            new Field("big", "int8", List.of("9007199254740993", "0", "-1")),
            new Field("price", "numeric", List.of("1.5", "0.10", "NaN")),
            new Field("at", "timestamptz", List.of("2026-01-02T03:04:05.678Z", "infinity", "2026-01-01")),
            new Field(
                    "mark",
                    "uuid",
                    List.of("00000000-0000-0000-0000-000000000001", "ffffffff-ffff-ffff-ffff-ffffffffffff")),
            new Field("doc", "jsonb", List.of("{\"a\":1}", "[]", "\"a\"", "null")));

    @BeforeEach
    void sixtyRows() throws SQLException {
        if (app != null) {
            return;
        }
        app = TestApp.create(
                "CREATE TABLE things (id int PRIMARY KEY, label text, big int8, price numeric, at timestamptz, mark uuid, doc jsonb, owner text)",
                "CREATE TABLE members (room int, member text)",
                "CREATE TABLE messages (id int PRIMARY KEY, room int, body text)");
        for (int id = 1; id <= 60; id++) {
            var values = new ArrayList<String>(List.of(Integer.toString(id)));
            for (Field field : FIELDS.subList(1, FIELDS.size())) {
                values.add(random.nextInt(5) == 0 ? "NULL" : literal(pick(field.values())) + "::" + field.type());
            }
            values.add(literal(pick(USERS)));
            app.execute("INSERT INTO things VALUES (" + String.join(", ", values) + ")");
            app.execute("INSERT INTO messages VALUES (" + id + ", " + random.nextInt(6) + ", 'm')");
            app.execute("INSERT INTO members VALUES (" + random.nextInt(6) + ", " + literal(pick(USERS)) + ")");
        }
        app.execute("GRANT SELECT ON things, members, messages TO butterbase_anon");
        app.isolate("messages", "'nobody'");
        app.execute("CREATE POLICY member ON messages FOR SELECT TO butterbase_user USING (room IN"
                + " (SELECT room FROM members WHERE member = current_user_id()))");
    }

    @AfterAll
    void drop() throws SQLException {
        app.close();
    }

    @Test
    void randomFiltersSelectWhatHandWrittenSqlSelects() throws SQLException {
        System.out.println("ghee.test.seed=" + seed);
        for (int round = 0; round < ROUNDS; round++) {
            var query = new StringBuilder("things?select=id&order=id");
            var where = new StringBuilder("TRUE");
            for (int i = random.nextInt(3); i >= 0; i--) {
                addFilter(query, where);
            }
            List<Integer> shown = app.asService()
                    .get(app.path(query.toString()))
                    .then()
                    .statusCode(200)
                    .extract()
                    .path("id");
            assertThat(shown.stream().map(String::valueOf))
                    .as("seed %d: %s", seed, query)
                    .isEqualTo(app.column("SELECT id FROM things WHERE " + where + " ORDER BY id"));
        }
    }

    private void addFilter(StringBuilder query, StringBuilder where) {
        Field field = pick(FIELDS);
        String value = pick(field.values());
        String typed = literal(value) + "::" + field.type();
        switch (random.nextInt(8)) {
            case 0 -> add(query, where, field, "is.null", field.name() + " IS NULL");
            case 1 -> {
                String other = pick(field.values());
                if (value.contains(",") || other.contains(",")) {
                    return;
                }
                add(
                        query,
                        where,
                        field,
                        "in.(" + value + "," + other + ")",
                        field.name() + " IN (" + typed + ", " + literal(other) + "::" + field.type() + ")");
            }
            case 2 -> {
                String pattern = pick(List.of("%", "a%", "%1%", "_", "%'%"));
                add(query, where, field, "ilike." + pattern, field.name() + "::text ILIKE " + literal(pattern));
            }
            default -> {
                String operator = pick(List.of("eq =", "neq <>", "gt >", "gte >=", "lt <", "lte <="));
                String[] names = operator.split(" ");
                add(query, where, field, names[0] + "." + value, field.name() + " " + names[1] + " " + typed);
            }
        }
    }

    private static void add(StringBuilder query, StringBuilder where, Field field, String filter, String sql) {
        query.append('&').append(field.name()).append('=').append(URLEncoder.encode(filter, StandardCharsets.UTF_8));
        where.append(" AND ").append(sql);
    }

    @Test
    void aUserSeesExactlyWhatSetRoleAndSelectShow() throws SQLException {
        for (String user : USERS) {
            List<String> direct;
            try (Statement sql = app.owner().createStatement()) {
                sql.execute("BEGIN");
                sql.execute("SET LOCAL ROLE butterbase_user");
                sql.execute("SELECT set_config('request.jwt.claim.sub', " + literal(user) + ", true)");
                direct = app.column("SELECT id FROM messages ORDER BY id");
                sql.execute("ROLLBACK");
            }
            List<Integer> shown = app.asService()
                    .header("X-Butterbase-As-Role", "user")
                    .header("X-Butterbase-As-User", ascii(user))
                    .get(app.path("messages?order=id&select=id"))
                    .then()
                    .statusCode(200)
                    .extract()
                    .path("id");
            if (user.equals(ascii(user))) {
                assertThat(shown.stream().map(String::valueOf)).as(user).isEqualTo(direct);
            }
        }
    }

    /** Headers carry ASCII. */
    private static String ascii(String text) {
        return text.chars().allMatch(c -> c < 128) ? text : "nobody";
    }

    private <T> T pick(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    private static String literal(String value) {
        return "'" + value.replace("'", "''") + "'";
    }
}
