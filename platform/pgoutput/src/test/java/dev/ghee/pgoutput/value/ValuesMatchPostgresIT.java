package dev.ghee.pgoutput.value;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ghee.pgoutput.RelationCache;
import dev.ghee.pgoutput.Row;
import dev.ghee.pgoutput.TestDatabase;
import dev.ghee.pgoutput.WalMessage;
import dev.ghee.pgoutput.WalMessage.Cell;
import dev.ghee.pgoutput.WalSession;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Random rows of every type, read from the WAL in both forms, print as the server prints them and as its own SQL makes
 * JSON of them. Repeat a run with {@code -Dseed=…}.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ValuesMatchPostgresIT {
    private static final int RANDOM_TABLES = 12;
    private static final int RANDOM_ROWS = 40;
    private static final int RANDOM_COLUMNS = 14;

    @SuppressWarnings("NullAway.Init")
    private static TestDatabase database;

    @SuppressWarnings("NullAway.Init")
    private static WalSession binary;

    @SuppressWarnings("NullAway.Init")
    private static WalSession text;

    private final long seed = Long.getLong("ghee.test.seed", System.nanoTime());
    private final Random random = new Random(seed);

    /** What a row prints as: the text of each column, and the whole as JSON. */
    private record Printed(List<String> texts, String json) {}

    private record TestColumn(String name, Literals type, boolean array) {
        String definition() {
            return name + " " + type.sqlType() + (array ? "[]" : "");
        }

        String value(Random random) {
            return array ? Literals.array(type, random) : type.value(random);
        }

        /** SQL for the value as JSON, the function's overloads deciding by type. */
        String json() {
            return "'\"" + name + "\":' || coalesce("
                    + (array ? "ghee_json_array(" + name + ", " + elements() + ")" : "ghee_json(" + name + ")")
                    + ", 'null')";
        }

        private String elements() {
            return "(SELECT array_agg(coalesce(ghee_json(e), 'null') ORDER BY o) FROM unnest(" + name
                    + ") WITH ORDINALITY u(e, o))";
        }
    }

    @BeforeAll
    static void open() throws SQLException, IOException {
        database = TestDatabase.create();
        try (InputStream sql = ValuesMatchPostgresIT.class.getResourceAsStream("expected-json.sql")) {
            database.execute(new String(Objects.requireNonNull(sql).readAllBytes(), StandardCharsets.UTF_8));
        }
        binary = database.openWal(Map.of("binary", "true"));
        text = database.openWal(Map.of("binary", "false"));
    }

    @AfterAll
    static void close() throws SQLException {
        database.close();
    }

    @Test
    void everyEdgeOfEveryType() throws SQLException {
        for (Literals type : Literals.values()) {
            List<TestColumn> columns = List.of(new TestColumn("v", type, false));
            check(columns, type.edges().stream().map(List::of).toList());
        }
    }

    @Test
    void arraysOfEveryType() throws SQLException {
        for (Literals type : Literals.values()) {
            if (type == Literals.DOMAIN_OVER_ARRAY) {
                continue; // its elements' type has no place for dimensions of their own in SQL's unnest
            }
            List<TestColumn> columns = List.of(new TestColumn("v", type, true));
            check(columns, Stream.generate(() -> rowOf(columns)).limit(25).toList());
        }
    }

    @Test
    void randomRowsOfRandomTables() throws SQLException {
        for (int i = 0; i < RANDOM_TABLES; i++) {
            List<TestColumn> columns = randomColumns();
            check(
                    columns,
                    Stream.generate(() -> rowOf(columns)).limit(RANDOM_ROWS).toList());
        }
    }

    /** The shortest form of a float is the one conversion with no simple rule, so it gets more values than the rest. */
    @Test
    void tensOfThousandsOfFloats() throws SQLException {
        List<TestColumn> columns = List.of(
                new TestColumn("single", Literals.FLOAT4, true), new TestColumn("twofold", Literals.FLOAT8, true));
        List<List<String>> rows = Stream.generate(() -> List.of(floats(Literals.FLOAT4), floats(Literals.FLOAT8)))
                .limit(4)
                .toList();
        check(columns, rows);
    }

    private String floats(Literals type) {
        return Stream.generate(() -> type.random(random)).limit(10_000).collect(Collectors.joining(",", "{", "}"));
    }

    private List<TestColumn> randomColumns() {
        List<TestColumn> columns = new ArrayList<>();
        List<Literals> types = List.of(Literals.values());
        for (int i = 0; i < RANDOM_COLUMNS; i++) {
            Literals type = types.get(random.nextInt(types.size()));
            boolean array = type != Literals.DOMAIN_OVER_ARRAY && random.nextInt(3) == 0;
            columns.add(new TestColumn("c" + i, type, array));
        }
        return columns;
    }

    private List<String> rowOf(List<TestColumn> columns) {
        return columns.stream().map(column -> column.value(random)).toList();
    }

    private void check(List<TestColumn> columns, List<List<String>> rows) throws SQLException {
        String table = "t" + System.nanoTime();
        String definitions = columns.stream().map(c -> ", " + c.definition()).collect(Collectors.joining());
        database.execute("CREATE TABLE " + table + " (id integer PRIMARY KEY" + definitions + ")");
        insert(table, columns, rows);
        Map<Integer, Printed> expected = selected(table, columns);
        TypeCatalog types = database.types();
        String context = "seed " + seed + ", table of " + definitions;
        assertSame(printed(binary.drain(), types, Cell.Binary.class), expected, "binary, " + context);
        assertSame(printed(text.drain(), types, Cell.Text.class), expected, "text, " + context);
    }

    /** Row by row, so that a failure shows one row and not all of them. */
    private static void assertSame(Map<Integer, Printed> actual, Map<Integer, Printed> expected, String context) {
        assertThat(actual.keySet()).as(context).isEqualTo(expected.keySet());
        expected.forEach((id, row) -> {
            Printed printed = Objects.requireNonNull(actual.get(id));
            assertThat(printed.texts()).as(context).isEqualTo(row.texts());
            assertThat(printed.json()).as(context).isEqualTo(row.json());
        });
    }

    private void insert(String table, List<TestColumn> columns, List<List<String>> rows) throws SQLException {
        String casts = columns.stream()
                .map(c -> ", CAST(? AS " + c.type().sqlType() + (c.array() ? "[])" : ")"))
                .collect(Collectors.joining());
        try (PreparedStatement insert =
                database.sql().prepareStatement("INSERT INTO " + table + " VALUES (?" + casts + ")")) {
            for (int id = 0; id < rows.size(); id++) {
                insert.setInt(1, id);
                for (int i = 0; i < columns.size(); i++) {
                    boolean isNull = id > 0 && random.nextInt(12) == 0;
                    insert.setString(i + 2, isNull ? null : rows.get(id).get(i));
                }
                insert.execute();
            }
        }
    }

    private static Map<Integer, Printed> selected(String table, List<TestColumn> columns) throws SQLException {
        String texts = columns.stream()
                .map(c -> ", CASE WHEN num_nulls(" + c.name() + ") = 0 THEN format('%s', " + c.name() + ") END")
                .collect(Collectors.joining());
        String json = columns.stream().map(c -> " || ',' || " + c.json()).collect(Collectors.joining());
        Map<Integer, Printed> rows = new TreeMap<>();
        try (Statement statement = database.sql().createStatement();
                ResultSet result = statement.executeQuery(
                        "SELECT '{\"id\":' || id" + json + " || '}', id" + texts + " FROM " + table)) {
            while (result.next()) {
                List<String> values = new ArrayList<>();
                for (int i = 0; i <= columns.size(); i++) {
                    values.add(String.valueOf(result.getString(i + 2)));
                }
                rows.put(result.getInt(2), new Printed(values, String.valueOf(result.getString(1))));
            }
        }
        return rows;
    }

    private static Map<Integer, Printed> printed(
            List<WalMessage> messages, TypeCatalog types, Class<? extends Cell> form) {
        RelationCache relations = new RelationCache();
        Map<Integer, Printed> rows = new TreeMap<>();
        for (WalMessage message : messages) {
            if (message instanceof WalMessage.Relation relation) {
                relations.put(relation);
            } else if (message instanceof WalMessage.Insert insert) {
                Row row = relations.row(insert.relationOid(), insert.row());
                assertThat(row.cells()).allMatch(cell -> form.isInstance(cell) || cell instanceof Cell.Null);
                Printed printed = printed(row, types);
                rows.put(Integer.valueOf(printed.texts().getFirst()), printed);
            }
        }
        return rows;
    }

    private static Printed printed(Row row, TypeCatalog types) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < row.cells().size(); i++) {
            PgType type = types.type(row.relation().columns().get(i).typeOid());
            texts.add(PgText.of(type, row.cells().get(i)).orElse("null"));
        }
        ByteSink json = new ByteSink(Integer.MAX_VALUE);
        RowJson.of(row.relation(), types).write(row.cells(), json);
        return new Printed(Collections.unmodifiableList(texts), json.toString());
    }
}
