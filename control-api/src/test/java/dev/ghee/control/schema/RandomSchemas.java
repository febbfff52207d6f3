package dev.ghee.control.schema;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Documents that can follow each other in any order: a column's name decides what may never change about it, its type,
 * key and uniqueness. Whatever the document before had and the next has not is in its drop lists.
 */
final class RandomSchemas {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int TABLES = 6;

    /** By type, defaults as written and as the database spells them. */
    private static final Map<String, List<Default>> DEFAULTS = new TreeMap<>(Map.ofEntries(
            Map.entry(
                    "text", List.of(same("'draft'"), same("'it''s'"), pair("'a' || 'b'", "('a'::text || 'b'::text)"))),
            Map.entry("varchar(20)", List.of(same("'x'"), pair("upper('x')", "upper('x'::text)"))),
            Map.entry("char(3)", List.of(same("'abc'"))),
            Map.entry("uuid", List.of(same("gen_random_uuid()"))),
            Map.entry("boolean", List.of(same("true"), pair("FALSE", "false"), pair("not true", "(NOT true)"))),
            Map.entry("smallint", List.of(same("7"), pair("- 7", "-7"))),
            Map.entry("integer", List.of(same("0"), same("-1"), pair("1+1", "(1 + 1)"))),
            Map.entry("bigint", List.of(same("5"))),
            Map.entry("real", List.of(same("1.5"))),
            Map.entry("float8", List.of(same("0.25"), pair("random( )", "random()"))),
            Map.entry("numeric", List.of(same("1.50"))),
            Map.entry("numeric(10,2)", List.of(same("9.99"), same("-9.99"))),
            Map.entry(
                    "timestamptz",
                    List.of(
                            same("now()"),
                            same("CURRENT_TIMESTAMP"),
                            pair("now() + interval '7 days'", "(now() + '7 days'::interval)"))),
            Map.entry("timestamp", List.of(same("'2020-01-01 00:00:00'"))),
            Map.entry("date", List.of(same("CURRENT_DATE"), same("'2020-02-03'"))),
            Map.entry("time", List.of(same("'10:00:00'"))),
            Map.entry("timetz", List.of()),
            Map.entry("interval", List.of(same("'01:00:00'"), pair("'1 hour'", "'01:00:00'"))),
            Map.entry("jsonb", List.of(same("'{}'"), pair("'{\"a\":1}'", "'{\"a\": 1}'"))),
            Map.entry("json", List.of(same("'[]'"))),
            Map.entry("bytea", List.of(same("'\\x00'"))),
            Map.entry("vector", List.of()),
            Map.entry("vector(3)", List.of(same("'[1,2,3]'"))),
            Map.entry("text[]", List.of(same("'{}'"), pair("ARRAY['a']", "ARRAY['a'::text]"))),
            Map.entry("int4[]", List.of(same("'{1,2}'"))),
            Map.entry("uuid[]", List.of()),
            Map.entry("jsonb[]", List.of()),
            Map.entry("timestamptz[]", List.of()),
            Map.entry("smallserial", List.of()),
            Map.entry("serial", List.of()),
            Map.entry("bigserial", List.of())));

    private static final List<String> TYPES = List.copyOf(DEFAULTS.keySet());
    private static final List<String> IDS = List.of("uuid", "serial", "bigserial", "integer", "text", "varchar(20)");
    private static final List<String> ACTIONS = List.of("NO ACTION", "CASCADE", "SET NULL", "RESTRICT", "SET DEFAULT");

    private final Random random;
    private ObjectNode last = JSON.createObjectNode();

    private record Default(String written, String shown) {}

    /** @param expected what the database shows once the document is applied */
    record Sample(ObjectNode document, ObjectNode expected) {}

    RandomSchemas(long seed) {
        this.random = new Random(seed);
        last.putObject("tables");
    }

    Sample next() {
        ObjectNode document = JSON.createObjectNode();
        ObjectNode expected = JSON.createObjectNode();
        ObjectNode tables = document.putObject("tables");
        ObjectNode expectedTables = expected.putObject("tables");
        List<Integer> present = new ArrayList<>();
        for (int i = 0; i < TABLES; i++) {
            if (random.nextInt(4) > 0) {
                present.add(i);
            }
        }
        for (int i : present) {
            table(i, present, tables.putObject("t" + i), expectedTables.putObject("t" + i));
        }
        drops(document);
        last = expected;
        return new Sample(document, expected);
    }

    private void table(int number, List<Integer> present, ObjectNode table, ObjectNode expected) {
        ObjectNode columns = table.putObject("columns");
        ObjectNode expectedColumns = expected.putObject("columns");
        List<String> indexable = new ArrayList<>();
        column("id", IDS.get(number % IDS.size()), columns, expectedColumns).put("primaryKey", true);
        expectedColumns.withObjectProperty("id").put("primaryKey", true).put("nullable", false);
        columns.withObjectProperty("id").remove("nullable");
        for (int i = 0; i < 8; i++) {
            int typeNumber = random.nextInt(TYPES.size());
            String name = "c" + typeNumber;
            if (!columns.has(name)) {
                String type = TYPES.get(typeNumber);
                column(name, type, columns, expectedColumns);
                boolean comparable = !type.matches("json|json\\[]|vector.*|.*serial");
                if (comparable && typeNumber % 5 == 0) {
                    columns.withObjectProperty(name).put("unique", true);
                    expectedColumns.withObjectProperty(name).put("unique", true);
                }
                if (comparable) {
                    indexable.add(name);
                }
            }
        }
        for (int target : present) {
            if (target <= number && random.nextBoolean()) {
                reference("r" + target, target, columns, expectedColumns);
            }
        }
        indexes(number, indexable, columns, table, expected);
        if (random.nextInt(4) == 0) {
            table.put("_seed", true);
            expected.put("_seed", true);
        }
    }

    private ObjectNode column(String name, String type, ObjectNode columns, ObjectNode expectedColumns) {
        ObjectNode column = columns.putObject(name);
        ObjectNode expected = expectedColumns.putObject(name);
        column.put("type", type);
        expected.put("type", type);
        boolean nullable = random.nextBoolean();
        column.put("nullable", nullable);
        if (!nullable || type.endsWith("serial")) {
            expected.put("nullable", false);
        }
        List<Default> defaults = DEFAULTS.get(type);
        if (defaults != null && !defaults.isEmpty() && random.nextBoolean()) {
            Default pair = defaults.get(random.nextInt(defaults.size()));
            column.put("default", pair.written());
            expected.put("default", pair.shown());
        }
        return column;
    }

    private void reference(String name, int target, ObjectNode columns, ObjectNode expectedColumns) {
        String type =
                IDS.get(target % IDS.size()).replace("bigserial", "bigint").replace("serial", "integer");
        ObjectNode column = columns.putObject(name);
        column.put("type", type);
        String onDelete = ACTIONS.get(random.nextInt(ACTIONS.size()));
        column.putObject("references")
                .put("table", "t" + target)
                .put("column", "id")
                .put("onDelete", onDelete);
        expectedColumns.set(name, column.deepCopy());
        if (onDelete.equals("NO ACTION")) {
            expectedColumns
                    .withObjectProperty(name)
                    .withObjectProperty("references")
                    .remove("onDelete");
        }
    }

    private void indexes(
            int number, List<String> indexable, ObjectNode columns, ObjectNode table, ObjectNode expected) {
        for (int i = 0; i < random.nextInt(3) && !indexable.isEmpty(); i++) {
            String name = "t" + number + "_i" + random.nextInt(4);
            ObjectNode index = table.withObjectProperty("indexes").putObject(name);
            index.putArray("columns").add(indexable.get(random.nextInt(indexable.size())));
            index.put("unique", random.nextInt(4) == 0);
            index.put("method", "btree");
            expected.withObjectProperty("indexes").set(name, index.deepCopy());
        }
        for (var column : columns.properties()) {
            String type = column.getValue().path("type").asText();
            String method = type.equals("vector(3)") ? "hnsw" : type.equals("jsonb") ? "gin" : "";
            if (!method.isEmpty() && random.nextBoolean()) {
                ObjectNode index = table.withObjectProperty("indexes").putObject("t" + number + "_special");
                index.putArray("columns").add(column.getKey());
                index.put("unique", false).put("method", method);
                if (method.equals("hnsw")) {
                    index.put("opclass", random.nextBoolean() ? "vector_cosine_ops" : "vector_l2_ops");
                } else if (random.nextBoolean()) {
                    index.put("opclass", "jsonb_path_ops");
                }
                expected.withObjectProperty("indexes").set("t" + number + "_special", index.deepCopy());
            }
        }
    }

    private void drops(ObjectNode document) {
        for (var table : last.path("tables").properties()) {
            if (!document.path("tables").has(table.getKey())) {
                document.withArrayProperty("_drop").add(table.getKey());
                continue;
            }
            ObjectNode now = (ObjectNode) document.path("tables").path(table.getKey());
            for (var column : table.getValue().path("columns").properties()) {
                if (!now.path("columns").has(column.getKey())) {
                    now.withArrayProperty("_dropColumns").add(column.getKey());
                }
            }
        }
    }

    private static Default same(String text) {
        return new Default(text, text);
    }

    private static Default pair(String written, String shown) {
        return new Default(written, shown);
    }
}
