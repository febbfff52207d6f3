package dev.ghee.control.rls;

import dev.ghee.control.schema.DslName;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A table that policies can be put on.
 *
 * @param columnTypes by name, in order, as {@code format_type} spells them
 */
record TableFacts(String name, boolean rowLevelSecurity, Map<String, String> columnTypes) {
    private static final int BAD_REQUEST = 400;
    private static final String FACTS = """
            SELECT c.relrowsecurity, a.attname, format_type(a.atttypid, NULL)
            FROM pg_class c
            LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname = ?
            ORDER BY a.attnum""";

    /**
     * Fails with 400 {@code VALIDATION_RESERVED_TABLE} for the platform's names and 400
     * {@code VALIDATION_TABLE_NOT_FOUND} for those that no table has.
     */
    static TableFacts find(Connection connection, String table) throws SQLException {
        requireName(table);
        try (PreparedStatement query = connection.prepareStatement(FACTS)) {
            query.setString(1, table);
            try (ResultSet row = query.executeQuery()) {
                boolean found = false;
                boolean rowLevelSecurity = false;
                var columns = new LinkedHashMap<String, String>();
                while (row.next()) {
                    found = true;
                    rowLevelSecurity = row.getBoolean(1);
                    if (row.getString(2) != null) {
                        columns.put(row.getString(2), row.getString(3));
                    }
                }
                if (!found) {
                    throw notFound();
                }
                return new TableFacts(table, rowLevelSecurity, columns);
            }
        }
    }

    /** What {@link #find} checks without asking the database. */
    static void requireName(String table) {
        if (table.startsWith("_")) {
            throw new GheeException(ErrorCode.VALIDATION_RESERVED_TABLE, "Tables that start with _ are reserved");
        }
        if (!DslName.isValid(table)) {
            throw notFound();
        }
    }

    /** Fails with {@code VALIDATION_COLUMN_NOT_FOUND}. */
    String typeOf(String column) {
        String type = columnTypes.get(column);
        if (type == null) {
            throw new GheeException(
                    ErrorCode.VALIDATION_COLUMN_NOT_FOUND,
                    DslName.isValid(column)
                            ? "Table " + name + " has no column " + column
                            : "Table " + name + " has no such column");
        }
        return type;
    }

    /** Fails with {@code VALIDATION_COLUMN_NOT_FOUND} or {@code VALIDATION_INVALID_TYPE} unless it can hold user ids. */
    String userColumnType(String column) {
        String type = typeOf(column);
        if (!type.equals("uuid") && !type.equals("text")) {
            throw new GheeException(
                    ErrorCode.VALIDATION_INVALID_TYPE,
                    "Column " + column + " must be uuid or text to hold a user's id");
        }
        return type;
    }

    private static GheeException notFound() {
        return new GheeException(ErrorCode.VALIDATION_TABLE_NOT_FOUND, "There is no such table")
                .withStatus(BAD_REQUEST);
    }
}
