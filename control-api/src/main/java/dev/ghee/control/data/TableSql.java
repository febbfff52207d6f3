package dev.ghee.control.data;

import dev.ghee.control.data.StatementShape.Condition;
import dev.ghee.tenancy.rls.RlsStatement;
import dev.ghee.tenancy.rls.SqlIdentifier;
import java.util.List;
import java.util.StringJoiner;

/**
 * Writes a table's statements. Values are parameters, sent as text and cast to the column's type by Postgres; rows come
 * back as JSON that Postgres built, in bytes that go to the client as they are.
 */
final class TableSql {
    /** In the error message of a filtered update that matches too many rows; see {@link #updateWhere}. */
    static final String TOO_MANY_ROWS = "ghee: too many rows";

    private static final String ROW = "t";

    private final Table table;

    private TableSql(Table table) {
        this.table = table;
    }

    /** Parameters are numbered in the order in which a shape's Javadoc names them; the body comes first. */
    static RlsStatement statement(Table table, StatementShape shape) {
        return table.statement(shape, new TableSql(table)::make);
    }

    private RlsStatement make(StatementShape shape) {
        return switch (shape) {
            case StatementShape.Page page -> RlsStatement.reads(page(page));
            case StatementShape.Count count ->
                RlsStatement.reads("SELECT count(*) FROM " + from() + where(count.where(), 1));
            case StatementShape.Get get -> RlsStatement.reads(get(get));
            case StatementShape.Insert insert -> RlsStatement.writes(insert(insert));
            case StatementShape.Update update ->
                RlsStatement.writes(update(update.columns()) + byKey(2) + " RETURNING " + json());
            case StatementShape.UpdateWhere update -> RlsStatement.writes(updateWhere(update));
            case StatementShape.Delete _ -> RlsStatement.writes("DELETE FROM " + from() + byKey(1));
            case StatementShape.DeleteWhere delete ->
                RlsStatement.writes("DELETE FROM " + from() + where(delete.where(), 1));
        };
    }

    private String page(StatementShape.Page page) {
        var sql = new StringBuilder(
                "SELECT convert_to('[' || coalesce(string_agg(row_to_json(r)::text, ','), '') || ']', 'UTF8'),"
                        + " count(*) FROM (SELECT ");
        sql.append(projection(page.columns())).append(" FROM ").append(from()).append(where(page.where(), 1));
        if (!page.orderBy().isEmpty()) {
            var terms = new StringJoiner(", ", " ORDER BY ", "");
            page.orderBy().forEach(order -> terms.add(value(order.column()) + (order.descending() ? " DESC" : " ASC")));
            sql.append(terms);
        }
        sql.append(" LIMIT ").append(page.limit());
        if (page.offset()) {
            sql.append(" OFFSET $").append(parameters(page.where()) + 1).append("::bigint");
        }
        return sql.append(") AS r").toString();
    }

    private String get(StatementShape.Get get) {
        return "SELECT convert_to(row_to_json(r)::text, 'UTF8') FROM (SELECT " + projection(get.columns()) + " FROM "
                + from() + byKey(1) + ") AS r";
    }

    /**
     * {@code json_populate_recordset} reads each member by its column's type: JSON arrays become SQL arrays or json
     * values as the column wants, and numbers keep all their digits.
     */
    private String insert(StatementShape.Insert insert) {
        var names = new StringJoiner(", ");
        var values = new StringJoiner(", ");
        for (String column : insert.columns()) {
            names.add(quoted(column));
            values.add("body." + quoted(column));
        }
        return "INSERT INTO " + from() + " (" + names + ") SELECT " + values + " FROM json_populate_recordset(NULL::"
                + table.qualified() + ", $1::text::json) AS body RETURNING " + json();
    }

    private String update(List<String> columns) {
        var assignments = new StringJoiner(", ");
        columns.forEach(column -> assignments.add(quoted(column) + " = body." + quoted(column)));
        return "UPDATE " + from() + " SET " + assignments + " FROM json_populate_record(NULL::" + table.qualified()
                + ", $1::text::json) AS body";
    }

    /** The statement is not known to have matched too much until it has run, so it ends itself with an error. */
    private String updateWhere(StatementShape.UpdateWhere update) {
        return "WITH changed AS (" + update(update.columns()) + where(update.where(), 2) + " RETURNING " + json()
                + " AS image), counted AS (SELECT count(*) AS rows FROM changed) SELECT changed.image FROM changed, counted"
                + " WHERE CASE WHEN counted.rows > " + update.limit() + " THEN ('" + TOO_MANY_ROWS
                + "' || counted.rows)::boolean ELSE true END";
    }

    private String json() {
        return "convert_to((SELECT row_to_json(r) FROM (SELECT "
                + projection(table.columns().stream().map(Column::name).toList()) + ") AS r)::text, 'UTF8')";
    }

    private String projection(List<String> columns) {
        var list = new StringJoiner(", ");
        for (String column : columns) {
            list.add(table.requireColumn(column).rendered(ROW) + " AS " + quoted(column));
        }
        return list.toString();
    }

    private String from() {
        return table.qualified() + " AS " + ROW;
    }

    private String byKey(int parameter) {
        Column key = table.singleKey();
        return " WHERE " + value(key.name()) + " = " + typed(key, parameter);
    }

    private String where(List<Condition> conditions, int firstParameter) {
        if (conditions.isEmpty()) {
            return "";
        }
        var sql = new StringJoiner(" AND ", " WHERE ", "");
        int parameter = firstParameter;
        for (Condition condition : conditions) {
            sql.add(condition(condition, parameter));
            if (condition.operator().takesParameter()) {
                parameter++;
            }
        }
        return sql.toString();
    }

    static int parameters(List<Condition> conditions) {
        int count = 0;
        for (Condition condition : conditions) {
            if (condition.operator().takesParameter()) {
                count++;
            }
        }
        return count;
    }

    private String condition(Condition condition, int parameter) {
        Column column = table.requireColumn(condition.column());
        Operator operator = condition.operator();
        String value = value(column.name());
        String text = column.isText() ? value : value + "::text";
        return switch (operator) {
            case EQ, NEQ, GT, GTE, LT, LTE ->
                // json has no comparison of its own.
                (column.isJson() ? value + "::jsonb" : value) + " " + operator.sql() + " " + typed(column, parameter);
            case LIKE, ILIKE -> text + " " + operator.sql() + " $" + parameter + "::text";
            case IN ->
                column.isJson()
                        ? value + "::jsonb = ANY($" + parameter + "::text[]::jsonb[])"
                        : value + " = ANY($" + parameter + "::text[]::" + column.castType() + "[])";
            case FTS ->
                (column.isSearchVector() ? value : "to_tsvector('english', " + text + ")")
                        + " @@ plainto_tsquery('english', $" + parameter + "::text)";
            case IS_NULL, IS_TRUE, IS_FALSE -> value + " " + operator.sql();
        };
    }

    private static String typed(Column column, int parameter) {
        String cast = column.isJson() ? "jsonb" : column.castType();
        return "$" + parameter + "::text" + (cast.equals("text") ? "" : "::" + cast);
    }

    private static String value(String column) {
        return ROW + "." + quoted(column);
    }

    private static String quoted(String column) {
        return SqlIdentifier.quote(column);
    }
}
