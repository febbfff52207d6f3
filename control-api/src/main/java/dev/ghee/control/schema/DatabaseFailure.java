package dev.ghee.control.schema;

import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** What a failed statement means to the caller. */
public final class DatabaseFailure {
    private static final int MAX_MESSAGE = 500;

    private DatabaseFailure() {}

    /**
     * The error for a failure: {@code RESOURCE_CONFLICT} for locks, {@code EXTERNAL_DB_ERROR} when the database is out of
     * reach, and {@code otherwise} for everything else, with details if the caller's own schema or data is at fault.
     */
    public static GheeException of(SQLException e, ErrorCode otherwise, String message) {
        String state = state(e);
        return switch (state) {
            case "55P03", "40P01", "40001" ->
                new GheeException(
                        ErrorCode.RESOURCE_CONFLICT, "A table is in use, or another change is running; try again", e);
            case "57014" -> new GheeException(otherwise, "The change took too long and was undone", e);
            default ->
                isOutOfReach(state)
                        ? new GheeException(ErrorCode.EXTERNAL_DB_ERROR, "The app's database is not available", e)
                        : of(e, state, otherwise, message);
        };
    }

    private static GheeException of(SQLException e, String state, ErrorCode otherwise, String message) {
        Optional<String> reason = reason(e);
        var error = new GheeException(
                otherwise, reason.map(text -> message + ": " + text).orElse(message), e);
        return otherwise == ErrorCode.EXTERNAL_DB_ERROR ? error : error.withDetails(details(e, state));
    }

    /** The five characters of the SQL state; empty when the driver itself failed. */
    public static String state(SQLException e) {
        String state = e.getSQLState();
        return state == null ? "" : state;
    }

    /**
     * The server's one-line reason, where it speaks of nothing but the caller's own names and types: no statement, no
     * row, no position.
     */
    public static Optional<String> reason(SQLException e) {
        String state = state(e);
        ServerErrorMessage server = server(e);
        String message = server == null ? null : server.getMessage();
        boolean ours =
                state.startsWith("42") || state.startsWith("2B") || state.startsWith("0A") || state.startsWith("54");
        boolean data = state.startsWith("22") || state.startsWith("23");
        if (message == null || !(ours || data)) {
            return Optional.empty();
        }
        return Optional.of(message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE));
    }

    static Map<String, Object> details(SQLException e, String state) {
        var details = new LinkedHashMap<String, Object>();
        details.put("pg_code", state);
        ServerErrorMessage server = server(e);
        if (server != null) {
            put(details, "severity", server.getSeverity());
            put(details, "table", server.getTable());
            put(details, "column", server.getColumn());
            put(details, "constraint", server.getConstraint());
        }
        return details;
    }

    static @Nullable String table(SQLException e) {
        ServerErrorMessage server = server(e);
        return server == null ? null : server.getTable();
    }

    private static void put(Map<String, Object> details, String key, @Nullable String value) {
        if (value != null) {
            details.put(key, value);
        }
    }

    private static @Nullable ServerErrorMessage server(SQLException e) {
        return e instanceof PSQLException postgres ? postgres.getServerErrorMessage() : null;
    }

    private static boolean isOutOfReach(String state) {
        return state.isEmpty()
                || state.startsWith("08")
                || state.startsWith("57P")
                || state.startsWith("53")
                || state.startsWith("28")
                || state.startsWith("3D");
    }
}
