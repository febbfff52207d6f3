package dev.ghee.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.StringJoiner;
import org.junit.jupiter.api.Test;

/** Random conditions: each subscriber gets exactly the rows that the same condition finds in Postgres. */
@QuarkusTest
@WithTestResource(StackResource.class)
class FilterDifferentialIT extends AppIT {
    private static final int CLIENTS = 60;
    private static final int ROWS = 80;
    private static final int ROUNDS = Integer.getInteger("ghee.filter.rounds", 3);

    private final long seed = Long.getLong("ghee.test.seed", System.nanoTime());
    private final Random random = new Random(seed);

    /** @param collation for what Postgres would order by a language's rules */
    private record Field(String name, String type, String collation, List<String> values) {}

    private static final List<Field> FIELDS = List.of(
            field("small", "int2", "-1", "0", "7", "0007"),
            field("whole", "int4", "-2147483648", "0", "5", "60"),
            field("big", "int8", "9007199254740993", "9007199254740992", "-1"),
            field("price", "numeric", "1.5", "1.50", "0.10", "NaN", "1e3", "-12345678901234567890.5", "Infinity"),
            field("ratio", "float8", "1.5", "0.1", "NaN", "-Infinity", "-0", "1e300"),
            field("single", "float4", "0.1", "16777217", "NaN"),
            field("done", "bool", "true", "f", "YES", "0"),
            text("label", "text", "a", "A", "b'c", "%", "_", "", "x,y", "(z)", "\"q\"", "ü", "😀", "\uE000", "a\\b"),
            text("code", "varchar(20)", "a", "ab", "B "),
            text("fixed", "char(4)", "a", "ab  ", "abcd"),
            field("mark", "uuid", "00000000-0000-0000-0000-000000000001", "FFFFFFFF-ffff-ffff-ffff-ffffffffffff"),
            field(
                    "at",
                    "timestamptz",
                    "2026-01-02T03:04:05.678Z",
                    "infinity",
                    "2026-01-01",
                    "2026-01-02 05:04:05.678+02",
                    "0044-03-15 00:00:00+00 BC"),
            field("local", "timestamp", "2026-01-02T03:04:05.678901", "-infinity", "2026-01-01T00:00:00Z"),
            field("day", "date", "2026-01-02", "infinity", "0001-01-01", "2026-01-02T00:00:00.000Z"),
            field("clock", "time", "00:00", "23:59:59.999999", "24:00:00"),
            new Field("mood", "mood", "", List.of("sad", "ok", "happy")),
            field("positive", "positive", "1", "2", "10"));

    private static Field field(String name, String type, String... values) {
        return new Field(name, type, "", List.of(values));
    }

    private static Field text(String name, String type, String... values) {
        return new Field(name, type, " COLLATE \"C\"", List.of(values));
    }

    /** A condition as a group's member, and the same in SQL. */
    private record Pair(String wire, String sql) {}

    @Test
    void conditionsFindWhatTheyFindInPostgres() throws Exception {
        System.out.println("ghee.test.seed=" + seed);
        var columns = new StringJoiner(", ");
        FIELDS.forEach(field -> columns.add(field.name() + " " + field.type()));
        app.sql(
                "CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy')",
                "CREATE DOMAIN positive AS int4 CHECK (VALUE > 0)",
                "CREATE TABLE t (id int PRIMARY KEY, " + columns + ")",
                "CREATE TABLE done (id int PRIMARY KEY)");
        app.live("t", "done");
        for (int round = 0; round < ROUNDS; round++) {
            app.sql("TRUNCATE t");
            round(round);
        }
    }

    private void round(int round) throws Exception {
        List<SocketClient> clients = new ArrayList<>();
        List<ObjectNode> wheres = new ArrayList<>();
        List<String> conditions = new ArrayList<>();
        try {
            for (int i = 0; i < CLIENTS; i++) {
                ObjectNode where = JsonNodeFactory.instance.objectNode();
                conditions.add(where(where));
                wheres.add(where);
                SocketClient client = app.service().subscribe("done");
                clients.add(client);
                client.send("{\"type\":\"subscribe\",\"table\":\"t\",\"where\":" + where + "}");
                await().atMost(SocketClient.PATIENCE)
                        .until(() -> client.ofType("subscribed").size() == 2
                                || !client.ofType("error").isEmpty());
                assertThat(client.ofType("error"))
                        .as("seed %d: %s", seed, where)
                        .isEmpty();
            }
            List<String> inserts = new ArrayList<>();
            for (int id = 1; id <= ROWS; id++) {
                inserts.add(row(id));
            }
            inserts.add("INSERT INTO done VALUES (" + round + ")");
            app.sql(inserts.toArray(String[]::new));
            for (int i = 0; i < CLIENTS; i++) {
                SocketClient client = clients.get(i);
                await().atMost(SocketClient.PATIENCE)
                        .until(() -> client.changes().stream()
                                .anyMatch(
                                        change -> change.path("table").asText().equals("done")));
                assertThat(client.changes().stream()
                                .filter(change -> change.path("table").asText().equals("t"))
                                .map(change -> change.path("record").path("id").asText()))
                        .as("seed %d: %s = %s", seed, wheres.get(i), conditions.get(i))
                        .isEqualTo(app.query("SELECT id FROM t WHERE " + conditions.get(i) + " ORDER BY id"));
            }
        } finally {
            clients.forEach(SocketClient::close);
        }
    }

    private String row(int id) {
        var values = new StringJoiner(", ", "INSERT INTO t VALUES (" + id + ", ", ")");
        for (Field field : FIELDS) {
            values.add(random.nextInt(5) == 0 ? "NULL" : literal(pick(field.values())) + "::" + field.type());
        }
        return values.toString();
    }

    /** Puts conditions into the object; returns them in SQL. */
    private String where(ObjectNode where) {
        var sql = new StringJoiner(" AND ");
        for (int i = random.nextInt(3); i >= 0; i--) {
            boolean any = random.nextBoolean();
            Field field = pick(FIELDS);
            if (random.nextInt(3) == 0) {
                Pair group = group(any, 2);
                where.withArray(any ? "or" : "and").add(group.wire());
                sql.add(group.sql());
            } else {
                Pair condition = condition(field, false);
                where.withArray(field.name()).add(condition.wire());
                sql.add(condition.sql());
            }
        }
        return sql.toString();
    }

    private Pair group(boolean any, int depth) {
        var wire = new StringJoiner(",", "(", ")");
        var sql = new StringJoiner(any ? " OR " : " AND ", "(", ")");
        for (int i = random.nextInt(3); i >= 0; i--) {
            if (depth > 0 && random.nextInt(4) == 0) {
                boolean inner = random.nextBoolean();
                Pair group = group(inner, depth - 1);
                wire.add((inner ? "or" : "and") + group.wire());
                sql.add(group.sql());
            } else {
                Field field = pick(FIELDS);
                Pair condition = condition(field, true);
                wire.add(field.name() + "." + condition.wire());
                sql.add(condition.sql());
            }
        }
        return new Pair(wire.toString(), sql.toString());
    }

    private Pair condition(Field field, boolean inGroup) {
        String value = pick(field.values());
        String column = field.name() + field.collation();
        switch (random.nextInt(7)) {
            case 0 -> {
                return new Pair("is.null", field.name() + " IS NULL");
            }
            case 1 -> {
                String other = pick(field.values());
                return new Pair(
                        "in.(" + quoted(value) + "," + quoted(other) + ")",
                        field.name() + " IN (" + typed(field, value) + ", " + typed(field, other) + ")");
            }
            case 2 -> {
                String operator = random.nextBoolean() ? "like" : "ilike";
                String pattern = pick(List.of("%", "a%", "%1%", "_", "%'%", "\\%", "%A_", "%2026%", "t%", "%,%"));
                return new Pair(
                        operator + "." + (inGroup ? quoted(pattern) : pattern),
                        field.name() + "::text " + operator + " " + literal(pattern));
            }
            default -> {
                List<String> operators = field.type().equals("mood")
                        ? List.of("eq =", "neq <>")
                        : List.of("eq =", "neq <>", "gt >", "gte >=", "lt <", "lte <=");
                String[] names = pick(operators).split(" ");
                return new Pair(
                        names[0] + "." + (inGroup ? quoted(value) : value),
                        column + " " + names[1] + " " + typed(field, value));
            }
        }
    }

    private static String typed(Field field, String value) {
        String type = field.type().startsWith("varchar")
                ? "varchar"
                : field.type().startsWith("char(") ? "bpchar" : field.type();
        return literal(value) + "::" + type;
    }

    private static String quoted(String value) {
        return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private <T> T pick(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    private static String literal(String value) {
        return "'" + value.replace("'", "''") + "'";
    }
}
