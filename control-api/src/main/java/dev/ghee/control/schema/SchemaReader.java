package dev.ghee.control.schema;

import dev.ghee.control.schema.Schema.Action;
import dev.ghee.control.schema.Schema.Column;
import dev.ghee.control.schema.Schema.ForeignKey;
import dev.ghee.control.schema.Schema.Index;
import dev.ghee.control.schema.Schema.Method;
import dev.ghee.control.schema.Schema.Table;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The schema as the catalogue has it. Four queries, whatever the number of tables. */
final class SchemaReader {
    private static final String COLUMNS = """
            SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
                   CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END,
                   EXISTS (SELECT 1 FROM pg_depend s JOIN pg_class q ON q.oid = s.objid AND q.relkind = 'S'
                           WHERE s.classid = 'pg_class'::regclass AND s.refclassid = 'pg_class'::regclass
                             AND s.refobjid = c.oid AND s.refobjsubid = a.attnum AND s.deptype = 'a')
            FROM pg_class c
            LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
              AND NOT EXISTS (SELECT 1 FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid
                              AND e.deptype = 'e')
            ORDER BY c.relname, a.attnum""";

    private static final String CONSTRAINTS = """
            SELECT c.relname, k.conname, k.contype, k.confdeltype, k.confupdtype, f.relname,
                   ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY AS n (attnum, place)
                         JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = n.attnum ORDER BY n.place),
                   ARRAY(SELECT a.attname::text FROM unnest(k.confkey) WITH ORDINALITY AS n (attnum, place)
                         JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = n.attnum ORDER BY n.place)
            FROM pg_constraint k
            JOIN pg_class c ON c.oid = k.conrelid
            LEFT JOIN pg_class f ON f.oid = k.confrelid
            WHERE c.relnamespace = 'public'::regnamespace AND k.contype IN ('p', 'u', 'f')
            ORDER BY c.relname, k.conname""";

    private static final String INDEXES = """
            SELECT t.relname, i.relname, x.indisunique, m.amname,
                   ARRAY(SELECT a.attname::text FROM unnest(x.indkey::int2[]) WITH ORDINALITY AS n (attnum, place)
                         JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = n.attnum ORDER BY n.place),
                   o.names, o.defaults
            FROM pg_index x
            JOIN pg_class i ON i.oid = x.indexrelid
            JOIN pg_class t ON t.oid = x.indrelid
            JOIN pg_am m ON m.oid = i.relam
            CROSS JOIN LATERAL (
                SELECT array_agg(DISTINCT p.opcname::text) AS names, bool_and(p.opcdefault) AS defaults
                FROM unnest(x.indclass::oid[]) AS n (opclass) JOIN pg_opclass p ON p.oid = n.opclass) o
            WHERE t.relnamespace = 'public'::regnamespace AND x.indexprs IS NULL AND x.indpred IS NULL
              AND x.indnkeyatts = x.indnatts AND 0 = ALL (x.indoption::int2[])
              AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.oid AND k.contype IN ('p', 'u', 'x'))
            ORDER BY t.relname, i.relname""";

    private static final String SEEDS = "SELECT table_name FROM ghee.seed_tables";

    private SchemaReader() {}

    static Schema read(Connection connection) throws SQLException {
        try (Statement sql = connection.createStatement()) {
            Set<String> seeds = seeds(sql);
            Map<String, Table> tables = tables(sql, seeds);
            constraints(sql, tables);
            indexes(sql, tables);
            return new Schema(tables);
        }
    }

    private static Set<String> seeds(Statement sql) throws SQLException {
        Set<String> seeds = new HashSet<>();
        try (ResultSet row = sql.executeQuery(SEEDS)) {
            while (row.next()) {
                seeds.add(row.getString(1));
            }
        }
        return seeds;
    }

    private static Map<String, Table> tables(Statement sql, Set<String> seeds) throws SQLException {
        var tables = new LinkedHashMap<String, Table>();
        try (ResultSet row = sql.executeQuery(COLUMNS)) {
            while (row.next()) {
                String name = row.getString(1);
                Table table =
                        tables.computeIfAbsent(name, _ -> new Table(name, Map.of(), Map.of(), seeds.contains(name)));
                if (row.getString(2) != null) {
                    tables.put(name, table.with(column(row)));
                }
            }
        }
        return tables;
    }

    private static Column column(ResultSet row) throws SQLException {
        String defaultValue = row.getString(5);
        boolean serial = row.getBoolean(6) && defaultValue != null && defaultValue.startsWith("nextval(");
        ColumnType type = ColumnType.ofCatalogue(row.getString(3), serial);
        return new Column(
                row.getString(2),
                type,
                false,
                !row.getBoolean(4),
                serial ? null : DefaultText.normalise(defaultValue, type),
                false,
                null);
    }

    private static void constraints(Statement sql, Map<String, Table> tables) throws SQLException {
        try (ResultSet row = sql.executeQuery(CONSTRAINTS)) {
            while (row.next()) {
                Table table = tables.get(row.getString(1));
                if (table == null) {
                    continue;
                }
                List<String> columns = names(row, 7);
                Table changed = switch (row.getString(3)) {
                    case "p" -> primaryKey(table, columns);
                    case "u" -> unique(table, columns);
                    default -> foreignKey(table, columns, row);
                };
                tables.put(table.name(), changed);
            }
        }
    }

    private static Table primaryKey(Table table, List<String> columns) {
        Table changed = table;
        for (String name : columns) {
            Column column = changed.columns().get(name);
            if (column != null) {
                changed = changed.with(new Column(
                        name, column.type(), true, false, column.defaultValue(), false, column.references()));
            }
        }
        return changed;
    }

    /** A constraint over several columns has no place in a document. */
    private static Table unique(Table table, List<String> columns) {
        Column column = columns.size() == 1 ? table.columns().get(columns.getFirst()) : null;
        return column == null || column.primaryKey()
                ? table
                : table.with(new Column(
                        column.name(),
                        column.type(),
                        false,
                        column.nullable(),
                        column.defaultValue(),
                        true,
                        column.references()));
    }

    private static Table foreignKey(Table table, List<String> columns, ResultSet row) throws SQLException {
        Column column = columns.size() == 1 ? table.columns().get(columns.getFirst()) : null;
        if (column == null || column.references() != null) {
            return table;
        }
        return table.with(column.withReferences(new ForeignKey(
                row.getString(6),
                names(row, 8).getFirst(),
                Action.ofCatalogue(row.getString(4)),
                Action.ofCatalogue(row.getString(5)),
                row.getString(2))));
    }

    private static void indexes(Statement sql, Map<String, Table> tables) throws SQLException {
        try (ResultSet row = sql.executeQuery(INDEXES)) {
            while (row.next()) {
                Table table = tables.get(row.getString(1));
                Optional<Method> method = Method.parse(row.getString(4));
                if (table == null || method.isEmpty()) {
                    continue;
                }
                List<String> opclasses = names(row, 6);
                boolean defaults = row.getBoolean(7);
                // Classes that differ by column have no place in a document, except when they are the defaults.
                if (opclasses.size() > 1 && !defaults) {
                    continue;
                }
                var index = new Index(
                        row.getString(2),
                        names(row, 5),
                        row.getBoolean(3),
                        method.get(),
                        opclasses.size() == 1 ? opclasses.getFirst() : null,
                        defaults);
                var indexes = new LinkedHashMap<>(table.indexes());
                indexes.put(index.name(), index);
                tables.put(table.name(), new Table(table.name(), table.columns(), indexes, table.seed()));
            }
        }
    }

    private static List<String> names(ResultSet row, int column) throws SQLException {
        return List.of((String[]) row.getArray(column).getArray());
    }
}
