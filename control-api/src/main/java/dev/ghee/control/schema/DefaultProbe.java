package dev.ghee.control.schema;

import dev.ghee.control.schema.Schema.Column;
import dev.ghee.control.schema.Schema.Table;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Rewrites the defaults of a desired schema as the database would: only Postgres knows that {@code now() + interval '1
 * day'} is what it shows as {@code (now() + '1 day'::interval)}, and without that a schema applied twice would change
 * twice. It asks by making a temporary table with the defaults whose text differs.
 */
final class DefaultProbe {
    private static final String SPELLINGS = """
            SELECT a.attname, pg_get_expr(d.adbin, d.adrelid)
            FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
            WHERE a.attrelid = 'pg_temp.ghee_default_probe'::regclass AND a.attnum > 0""";

    /** Only a default may number rows. */
    private static final Set<String> ALLOWED = Set.of(
            "gen_random_uuid",
            "random",
            "random_normal",
            "uuidv4",
            "uuidv7",
            "clock_timestamp",
            "timeofday",
            "nextval");

    private record Candidate(String table, Column column) {}

    private DefaultProbe() {}

    /**
     * The same schema with defaults in the database's spelling. Fails with {@code VALIDATION_INVALID_SCHEMA} on a
     * function that a default may not call, and with an SQL error on an expression that makes no default.
     */
    static DesiredSchema respell(Connection connection, Schema current, DesiredSchema desired) throws SQLException {
        refuseFunctions(connection, desired.schema());
        List<Candidate> differing = new ArrayList<>();
        Map<String, Table> tables = new LinkedHashMap<>();
        for (Table table : desired.schema().tables().values()) {
            Table respelled = table;
            for (Column column : table.columns().values()) {
                String value = DefaultText.normalise(column.defaultValue(), column.type());
                respelled = respelled.with(column.withDefault(value));
                if (value != null && differs(current, table.name(), column, value)) {
                    differing.add(new Candidate(table.name(), column.withDefault(value)));
                }
            }
            tables.put(table.name(), respelled);
        }
        if (!differing.isEmpty()) {
            probe(connection, differing, tables);
        }
        return desired.withSchema(new Schema(tables));
    }

    private static boolean differs(Schema current, String table, Column column, String value) {
        Table existing = current.tables().get(table);
        Column now = existing == null ? null : existing.columns().get(column.name());
        return now != null && now.type().equals(column.type()) && !value.equals(now.defaultValue());
    }

    private static void probe(Connection connection, List<Candidate> candidates, Map<String, Table> tables)
            throws SQLException {
        List<String> definitions = new ArrayList<>();
        for (int i = 0; i < candidates.size(); i++) {
            Column column = candidates.get(i).column();
            definitions.add("c" + i + " " + column.type().name() + " DEFAULT (" + column.defaultValue() + ")");
        }
        try (Statement sql = connection.createStatement()) {
            sql.execute("CREATE TEMPORARY TABLE ghee_default_probe (" + String.join(", ", definitions)
                    + ") ON COMMIT DROP");
            try (ResultSet row = sql.executeQuery(SPELLINGS)) {
                while (row.next()) {
                    Candidate candidate =
                            candidates.get(Integer.parseInt(row.getString(1).substring(1)));
                    Column column = candidate.column();
                    String spelling = DefaultText.normalise(row.getString(2), column.type());
                    tables.computeIfPresent(candidate.table(), (_, table) -> table.with(column.withDefault(spelling)));
                }
            }
            sql.execute("DROP TABLE pg_temp.ghee_default_probe");
        }
    }

    private static void refuseFunctions(Connection connection, Schema schema) throws SQLException {
        Set<String> calls = schema.tables().values().stream()
                .flatMap(table -> table.columns().values().stream())
                .map(Column::defaultValue)
                .flatMap(value -> calls(value).stream())
                .collect(Collectors.toSet());
        var refused = ExpressionFunctions.refused(connection, calls, ALLOWED);
        if (refused.isPresent()) {
            throw new GheeException(ErrorCode.VALIDATION_INVALID_SCHEMA, "A default may not call " + refused.get())
                    .withDetails(List.of(new SchemaParser.Violation("default", "May not call " + refused.get())));
        }
    }

    private static Set<String> calls(@Nullable String value) {
        if (value == null) {
            return Set.of();
        }
        try {
            return SqlExpression.parse(value).calls();
        } catch (SqlExpression.UnsafeException e) {
            throw new GheeException(ErrorCode.VALIDATION_INVALID_SCHEMA, e.reason(), e);
        }
    }
}
