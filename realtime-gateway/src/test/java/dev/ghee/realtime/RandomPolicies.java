package dev.ghee.realtime;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Tables {@code t} and {@code m1}, {@code m2}, rows and policies made at random: of what is compiled, of what nearly is,
 * and of what is not. Not every statement is valid.
 */
final class RandomPolicies {
    static final String UUID_A = "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11";
    private static final String UUID_B = "b0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12";
    private static final List<String> TEXTS = List.of(
            "ada",
            "bob",
            "eve",
            "Ada",
            "ada ",
            "",
            "o1",
            "5",
            UUID_A,
            UUID_A.toUpperCase(java.util.Locale.ROOT),
            "ünï😀",
            "it''s \"q\" \\ x",
            "\uFFFD",
            "true",
            "NULL");

    /** Types of columns, and constants of them. */
    private static final Map<String, List<String>> VALUES = Map.ofEntries(
            Map.entry("text", TEXTS),
            Map.entry("varchar", TEXTS),
            Map.entry("varchar(40)", TEXTS),
            Map.entry("text COLLATE \"C\"", TEXTS),
            Map.entry("text COLLATE nodiff", TEXTS),
            Map.entry("char(5)", List.of("ada", "bob", "o1", "")),
            Map.entry("nametype", List.of("ada", "bob", "o1")),
            Map.entry("uuid", List.of(UUID_A, UUID_B)),
            Map.entry("int2", List.of("0", "1", "2", "5", "-5", "32767")),
            Map.entry("int4", List.of("0", "1", "2", "5", "-5", "2147483647")),
            Map.entry("int8", List.of("0", "1", "2", "5", "-5", "30000000000")),
            Map.entry(
                    "numeric", List.of("0", "1.0", "1.00", "5", "-5.5", "NaN", "Infinity", "123456789012345678901.5")),
            Map.entry("numeric(10,2)", List.of("0", "1", "5", "2.25")),
            Map.entry("float8", List.of("0", "1.5", "5", "NaN")),
            Map.entry("boolean", List.of("true", "false")),
            Map.entry("date", List.of("2020-01-01", "2021-12-31", "infinity", "0044-03-15 BC")),
            Map.entry("timestamp", List.of("2020-01-01 10:00:00", "2020-01-01 10:00:00.000001", "-infinity")),
            Map.entry("timestamptz", List.of("2020-01-01 10:00:00+00", "2020-01-01 12:30:00.5+02:30", "infinity")),
            Map.entry("mood", List.of("sad", "ok", "happy")));

    private static final List<String> TYPES = VALUES.keySet().stream().sorted().toList();
    private static final List<String> TEXT_LIKE =
            List.of("text", "varchar", "varchar(40)", "text COLLATE \"C\"", "text COLLATE nodiff", "nametype");
    private static final List<String> NUMBERS = List.of("int2", "int4", "int8", "numeric", "numeric(10,2)", "float8");
    private static final List<String> OPERATORS = List.of("=", "=", "=", "<>", "<", "<=", ">", ">=");

    private final Random random;
    /** Types of the columns of {@code t}: {@code c0}, {@code c1}… */
    private final List<String> columns = new ArrayList<>();

    RandomPolicies(Random random) {
        this.random = random;
    }

    /** What every table needs, once per database. */
    static List<String> types() {
        return List.of(
                "CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy')",
                "CREATE DOMAIN nametype AS text",
                "CREATE COLLATION nodiff (provider = icu, locale = 'und-u-ks-level2', deterministic = false)",
                // A row that was not asked for must not fail the query: hence the index.
                """
                CREATE FUNCTION one_by_one() RETURNS SETOF int LANGUAGE plpgsql SET enable_seqscan = off AS $$
                DECLARE found int;
                BEGIN
                  FOR i IN 0 .. 39 LOOP
                    BEGIN
                      EXECUTE 'SELECT id FROM public.t WHERE id = ' || i INTO found;
                      IF found IS NOT NULL THEN
                        RETURN NEXT found;
                      END IF;
                    EXCEPTION WHEN OTHERS THEN
                    END;
                  END LOOP;
                END $$""");
    }

    List<String> tables() {
        List<String> statements = new ArrayList<>(List.of("DROP TABLE IF EXISTS t, m1, m2"));
        columns.clear();
        List<String> defined = new ArrayList<>(List.of("id int PRIMARY KEY"));
        // What the membership tables join on is always there.
        for (String type : List.of("text", "int4", "uuid", "boolean")) {
            column(type, defined);
        }
        for (int i = random.nextInt(5); i >= 0; i--) {
            column(pick(TYPES), defined);
        }
        if (random.nextInt(6) == 0) {
            defined.add("gen int GENERATED ALWAYS AS (id % 3) STORED");
        }
        statements.add("CREATE TABLE t (" + String.join(", ", defined) + ")");
        for (String member : List.of("m1", "m2")) {
            statements.add(
                    "CREATE TABLE " + member + " (id int PRIMARY KEY, room " + pick(List.of("int4", "int8", "int2"))
                            + ", user_id " + pick(List.of("text", "varchar", "varchar(40)", "text COLLATE nodiff"))
                            + ", uid uuid, lvl int4, tag text, vip boolean, mood mood)");
            statements.add("CREATE INDEX ON " + member + " (room)");
        }
        statements.add("INSERT INTO t SELECT * FROM (VALUES " + rows(40) + ") v");
        for (String member : List.of("m1", "m2")) {
            for (int i = 0; i < 15; i++) {
                statements.add("INSERT INTO " + member + " VALUES (" + i + ", "
                        + nullable(pick(List.of("0", "1", "2", "5")))
                        + ", " + nullable(quoted(pick(TEXTS))) + ", " + nullable(quoted(pick(List.of(UUID_A, UUID_B))))
                        + ", " + nullable(pick(List.of("1", "2", "3"))) + ", " + nullable(quoted(pick(TEXTS))) + ", "
                        + nullable(pick(List.of("true", "false"))) + ", " + nullable(quoted(pick(VALUES.get("mood"))))
                        + ")");
            }
        }
        statements.add("ALTER TABLE t ENABLE ROW LEVEL SECURITY");
        return statements;
    }

    private void column(String type, List<String> defined) {
        defined.add("c" + columns.size() + " " + type);
        columns.add(type);
    }

    private String rows(int count) {
        List<String> rows = new ArrayList<>();
        for (int id = 0; id < count; id++) {
            List<String> row = new ArrayList<>(List.of(Integer.toString(id)));
            for (String type : columns) {
                String value = quoted(pick(VALUES.get(type)));
                row.add((random.nextInt(6) == 0 ? "NULL" : value) + "::" + bare(type));
            }
            rows.add("(" + String.join(", ", row) + ")");
        }
        return String.join(", ", rows);
    }

    /** Grants of all tables and the policies of the membership tables, anew. */
    List<String> access() {
        List<String> statements = new ArrayList<>();
        for (String table : List.of("t", "m1", "m2")) {
            for (String role : List.of("butterbase_anon", "butterbase_user")) {
                statements.add("REVOKE ALL ON " + table + " FROM " + role);
                int kind = random.nextInt(8);
                if (kind == 0 && !table.equals("t")) {
                    statements.add("GRANT SELECT (id, room, user_id) ON " + table + " TO " + role);
                } else if (kind > 0 || (table.equals("t") && role.endsWith("user"))) {
                    statements.add("GRANT SELECT ON " + table + " TO " + role);
                }
            }
        }
        for (String table : List.of("m1", "m2")) {
            statements.add("DROP POLICY IF EXISTS p0 ON " + table);
            statements.add("DROP POLICY IF EXISTS p1 ON " + table);
            statements.add(
                    "ALTER TABLE " + table + (random.nextBoolean() ? " ENABLE" : " DISABLE") + " ROW LEVEL SECURITY");
            for (int i = random.nextInt(3) - 1; i >= 0; i--) {
                statements.add(policy(
                        table,
                        i,
                        pick(List.of(
                                "user_id = current_user_id()",
                                "user_id = (SELECT current_user_id()) OR vip",
                                "lvl > 1",
                                "uid = current_user_id()::uuid",
                                "lvl IS NOT NULL AND NOT vip",
                                "true",
                                "tag LIKE 'o%'",
                                "room IN (SELECT n.room FROM m1 n WHERE n.lvl = 2)",
                                "current_setting('request.jwt.claims', true)::json ->> 'org' = tag"))));
            }
        }
        return statements;
    }

    /** The policies of {@code t}, anew. */
    List<String> policies() {
        List<String> statements = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            statements.add("DROP POLICY IF EXISTS p" + i + " ON t");
        }
        for (int i = random.nextInt(3); i >= 0; i--) {
            statements.add(policy("t", i, condition(random.nextInt(3))));
        }
        return statements;
    }

    private String policy(String table, int number, String using) {
        String kind = random.nextInt(4) == 0 ? "RESTRICTIVE" : "PERMISSIVE";
        String command = pick(List.of("SELECT", "ALL", "ALL"));
        String role = pick(List.of("PUBLIC", "butterbase_user", "butterbase_user", "butterbase_anon"));
        return "CREATE POLICY p" + number + " ON " + table + " AS " + kind + " FOR " + command + " TO " + role
                + " USING (" + using + ")";
    }

    private String condition(int depth) {
        if (depth > 0) {
            switch (random.nextInt(7)) {
                case 0, 1 -> {
                    return "(" + condition(depth - 1) + " AND " + condition(depth - 1) + ")";
                }
                case 2, 3 -> {
                    return "(" + condition(depth - 1) + " OR " + condition(depth - 1) + ")";
                }
                case 4 -> {
                    return "NOT (" + condition(depth - 1) + ")";
                }
                case 5 -> {
                    return "(" + condition(depth - 1) + ") IS " + (random.nextBoolean() ? "NOT " : "")
                            + pick(List.of("TRUE", "FALSE", "UNKNOWN", "NULL"));
                }
                default -> {
                    return "(" + condition(depth - 1) + ") = (" + condition(depth - 1) + ")";
                }
            }
        }
        return switch (random.nextInt(12)) {
            case 0, 1, 2 -> ownership();
            case 3, 4, 5 -> comparison();
            case 6 -> list();
            case 7, 8, 9 -> membership();
            case 10 -> column() + " IS " + (random.nextBoolean() ? "NOT " : "") + "NULL";
            default ->
                random.nextInt(3) == 0
                        ? beyond()
                        : pick(List.of(
                                "c3",
                                "NOT c3",
                                "c3 IS NOT TRUE",
                                "true",
                                "false",
                                "current_user_id() IS NOT NULL",
                                "c3 = true",
                                "NULL"));
        };
    }

    private String column() {
        return "c" + random.nextInt(columns.size());
    }

    private String ownership() {
        String claim =
                "(" + claims() + pick(List.of("'sub'", "'org'", "'n'", "'admin'", "'none'", "'list'", "'f'")) + ")";
        String viewer = pick(List.of(
                "current_user_id()",
                "(SELECT current_user_id())",
                claim,
                "(SELECT " + claim + ")",
                "NULLIF(current_setting('request.jwt.claim.sub', true), '')",
                "current_setting('request.jwt.claim.sub', true)",
                "current_setting('app.role', true)",
                "current_setting('role')",
                "(current_setting('request.jwt.claims', true)::jsonb -> 'app' ->> 'org')"));
        int at = random.nextInt(columns.size());
        String type = columns.get(at);
        String name = "c" + at;
        String operator = random.nextInt(5) == 0 ? pick(OPERATORS) : "=";
        if (type.equals("uuid")) {
            return random.nextInt(4) == 0
                    ? name + "::text " + operator + " " + viewer
                    : name + " " + operator + " " + viewer + "::uuid";
        }
        if (type.equals("boolean")) {
            return viewer + "::boolean = " + name;
        }
        if (NUMBERS.contains(type)) {
            return random.nextInt(3) == 0
                    ? name + "::text = " + viewer
                    : name + " " + operator + " " + viewer + "::" + pick(List.of("int", "bigint", "int2"));
        }
        return viewer + " " + operator + " " + (TEXT_LIKE.contains(type) ? name : name + "::text");
    }

    private String claims() {
        return "current_setting('request.jwt.claims', true)::" + pick(List.of("json", "jsonb")) + " ->> ";
    }

    private String comparison() {
        int at = random.nextInt(columns.size());
        String type = columns.get(at);
        String other = random.nextInt(4) == 0 ? column() : constant(type);
        String left = "c" + at;
        if (random.nextInt(8) == 0) {
            left += "::" + pick(List.of("text", "numeric", "int8", "int4", "varchar", "varchar(3)", "uuid"));
        }
        return random.nextInt(6) == 0
                ? left + " IS " + pick(List.of("", "NOT ")) + "DISTINCT FROM " + other
                : left + " " + pick(OPERATORS) + " " + other;
    }

    private String constant(String type) {
        String value = quoted(pick(VALUES.get(type)));
        return random.nextInt(3) == 0 ? value + "::" + bare(type) : value;
    }

    private String list() {
        int at = random.nextInt(columns.size());
        String type = columns.get(at);
        List<String> elements = new ArrayList<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            elements.add(random.nextInt(6) == 0 ? "NULL" : constant(type));
        }
        if (TEXT_LIKE.contains(type) && random.nextInt(3) == 0) {
            elements.add("current_user_id()");
        }
        if (random.nextInt(5) == 0) {
            elements.add(column());
        }
        return "c" + at + (random.nextBoolean() ? " NOT IN (" : " IN (") + String.join(", ", elements) + ")";
    }

    private String membership() {
        String member = pick(List.of("m1", "m1", "m2"));
        String viewer = pick(List.of(
                "m.user_id = current_user_id()",
                "m.user_id = current_user_id()",
                "m.user_id = (SELECT current_user_id())",
                "m.uid = current_user_id()::uuid",
                "m.user_id = (" + claims() + "'org')",
                "m.tag = current_user_id()",
                "m.lvl > 1"));
        String more = pick(List.of(
                "",
                "",
                "",
                " AND m.lvl > 1",
                " AND m.vip",
                " AND t.c3",
                " AND m.lvl IN (1, 2)",
                " AND m.tag = t.c0",
                " AND m.mood = 'ok'",
                " OR m.vip",
                " AND m.tag IS NULL",
                " AND lower(m.tag) = 'ada'"));
        return switch (random.nextInt(8)) {
            case 0, 1 -> "c1 IN (SELECT m.room FROM " + member + " m WHERE " + viewer + more + ")";
            case 2 -> "c1 NOT IN (SELECT m.room FROM " + member + " m WHERE " + viewer + more + ")";
            case 3 -> "c1 = ANY (ARRAY(SELECT m.room FROM " + member + " m WHERE " + viewer + more + "))";
            case 4 -> "EXISTS (SELECT 1 FROM " + member + " m WHERE m.room = t.c1 AND " + viewer + more + ")";
            case 5 -> "NOT EXISTS (SELECT FROM " + member + " m WHERE t.c1 = m.room AND " + viewer + more + ")";
            case 6 -> "current_user_id() IN (SELECT m.user_id FROM " + member + " m WHERE m.room = t.c1" + more + ")";
            default -> "c2 IN (SELECT m.uid FROM " + member + " m WHERE " + viewer + more + ")";
        };
    }

    private String beyond() {
        return pick(List.of(
                "c0 LIKE 'a%'",
                "lower(c0) = 'ada'",
                "c1 + 1 > 2",
                "coalesce(c1, 1) = 1",
                "CASE WHEN c3 THEN c1 = 1 END",
                "c0::uuid = c2",
                "c0 || 'x' = 'adax'",
                "t.* IS NOT NULL",
                "now() > '2020-01-01'",
                "c1 = ANY ('{1,2}')",
                "(SELECT count(*) FROM m1 m WHERE m.room = t.c1) > 1",
                "c0 COLLATE \"C\" > 'a'",
                "c1 / c1 = 1",
                "(SELECT m.lvl FROM m1 m WHERE m.id = t.c1) = 2",
                "current_user = 'butterbase_user'",
                "(current_setting('request.jwt.claims', true)::jsonb) ? 'org'",
                "random() >= 0"));
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    private String nullable(String value) {
        return random.nextInt(6) == 0 ? "NULL" : value;
    }

    private static String quoted(String value) {
        return "'" + value + "'";
    }

    private static String bare(String type) {
        return type.startsWith("text") ? "text" : type;
    }
}
