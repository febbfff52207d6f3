package dev.ghee.control.schema;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;

/**
 * The second half of the safety of a {@link SqlExpression}: what only the server knows. Postgres declares each built-in
 * function that does more than compute as volatile, those of future versions too, so these are refused by kind and not
 * by name.
 */
public final class ExpressionFunctions {
    private static final String VOLATILE = """
            SELECT proname FROM pg_catalog.pg_proc
            WHERE pronamespace = 'pg_catalog'::pg_catalog.regnamespace AND provolatile = 'v' AND proname = ANY (?)
              AND proname <> ALL (?)
            ORDER BY proname LIMIT 1""";

    /** Volatile because they differ from call to call; they change nothing. */
    private static final Set<String> HARMLESS =
            Set.of("gen_random_uuid", "random", "random_normal", "uuidv4", "uuidv7", "clock_timestamp", "timeofday");

    private ExpressionFunctions() {}

    /** The first function called in the expression that may not be. */
    public static Optional<String> refused(Connection connection, SqlExpression expression) throws SQLException {
        return refused(connection, expression.calls(), HARMLESS);
    }

    static Optional<String> refused(Connection connection, Set<String> calls, Set<String> allowed) throws SQLException {
        if (calls.isEmpty()) {
            return Optional.empty();
        }
        try (PreparedStatement query = connection.prepareStatement(VOLATILE)) {
            query.setArray(1, connection.createArrayOf("text", calls.toArray()));
            query.setArray(2, connection.createArrayOf("text", allowed.toArray()));
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
            }
        }
    }
}
