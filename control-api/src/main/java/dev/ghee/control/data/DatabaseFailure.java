package dev.ghee.control.data;

import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What Postgres refused, in the client's terms. No message of Postgres' own leaves here: they may quote SQL. */
final class DatabaseFailure {
    private static final String RETRY_SECONDS = "1";

    private DatabaseFailure() {}

    /** True when the table is no longer what the catalog said. */
    static boolean isStaleCatalog(Throwable failure) {
        return failure instanceof PgException pg
                && switch (pg.getSqlState()) {
                    case "42P01", "42703", "42704" -> true;
                    default -> false;
                };
    }

    static Throwable translate(Throwable failure) {
        return switch (failure) {
            case GheeException known -> known;
            case PgException pg -> translate(pg);
            case ClosedConnectionException _, IOException _ -> unavailable(failure);
            default -> failure;
        };
    }

    private static GheeException translate(PgException pg) {
        String state = pg.getSqlState();
        return switch (state) {
            case "23505" -> constraint(ErrorCode.VALIDATION_UNIQUE_CONSTRAINT_VIOLATION, "The value is taken", pg);
            case "23503" -> constraint(ErrorCode.VALIDATION_FOREIGN_KEY_VIOLATION, "A referenced row does not fit", pg);
            case "23514" ->
                constraint(ErrorCode.VALIDATION_CHECK_CONSTRAINT_VIOLATION, "A check constraint refuses the row", pg);
            case "23502" -> constraint(ErrorCode.VALIDATION_NOT_NULL_VIOLATION, "A column may not be null", pg);
            case "42501" -> denied(pg);
            case "42P01" -> new GheeException(ErrorCode.VALIDATION_TABLE_NOT_FOUND, "Table not found", pg);
            case "42703" -> new GheeException(ErrorCode.VALIDATION_COLUMN_NOT_FOUND, "Column not found", pg);
            // No operator for the column's type, a generated column, a type that does not fit.
            case "42883", "42804", "42846", "42725", "428C9", "42P18" ->
                new GheeException(ErrorCode.VALIDATION_INVALID_TYPE, "A column's type does not allow this", pg)
                        .withDetails(Map.of("pg_code", state));
            case "57014" ->
                new GheeException(ErrorCode.REQUEST_ERROR, "The request took too long and was stopped", pg)
                        .withStatus(504);
            case "40001", "40P01", "55P03" ->
                new GheeException(ErrorCode.RESOURCE_CONFLICT, "Another request changed the same rows", pg);
            default -> byClass(state, pg);
        };
    }

    private static GheeException byClass(String state, PgException pg) {
        return switch (state.substring(0, 2)) {
            case "22" -> isTooManyRows(pg) ? tooManyRows(pg) : invalidInput(pg);
            case "23" -> constraint(ErrorCode.VALIDATION_CONSTRAINT_VIOLATION, "A constraint refuses the row", pg);
            // Raised by the app's own trigger or function; a limit of Postgres; a feature it lacks.
            case "P0", "54", "0A", "21", "44" -> invalidInput(pg);
            case "08", "53", "57", "58", "3D", "25", "28" -> unavailable(pg);
            default -> new GheeException(ErrorCode.INTERNAL_ERROR, "The database refused the request", pg);
        };
    }

    private static GheeException constraint(ErrorCode code, String message, PgException pg) {
        Map<String, @Nullable Object> details = new LinkedHashMap<>();
        details.put("constraint_details", pg.getDetail());
        details.put("column", pg.getColumn());
        details.put("table", pg.getTable());
        return new GheeException(code, message, pg).withDetails(details);
    }

    private static GheeException denied(PgException pg) {
        return String.valueOf(pg.getErrorMessage()).contains("current_user_id")
                ? new GheeException(ErrorCode.AUTH_RLS_REQUIRES_USER_JWT, "Only a signed-in user may do this", pg)
                : new GheeException(ErrorCode.AUTH_RLS_POLICY_VIOLATION, "Row-level security does not allow this", pg);
    }

    private static GheeException invalidInput(PgException pg) {
        Map<String, @Nullable Object> details = new LinkedHashMap<>();
        details.put("pg_code", pg.getSqlState());
        details.put("pg_detail", pg.getDetail());
        return new GheeException(ErrorCode.VALIDATION_INVALID_INPUT, "The database does not accept a value", pg)
                .withDetails(details);
    }

    private static boolean isTooManyRows(PgException pg) {
        return String.valueOf(pg.getErrorMessage()).contains(TableSql.TOO_MANY_ROWS);
    }

    private static GheeException tooManyRows(PgException pg) {
        return new GheeException(
                ErrorCode.VALIDATION_INVALID_INPUT, "The filters match too many rows; nothing was changed", pg);
    }

    private static GheeException unavailable(Throwable cause) {
        return new GheeException(ErrorCode.EXTERNAL_DB_ERROR, "The app's database did not answer", cause)
                .withStatus(503)
                .withHeader("Retry-After", RETRY_SECONDS);
    }
}
