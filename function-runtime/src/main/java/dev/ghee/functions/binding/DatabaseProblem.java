package dev.ghee.functions.binding;

import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.functions.binding.BindingFailure.Problem;
import dev.ghee.tenancy.rls.RowsRefusedException;
import io.vertx.core.VertxException;
import io.vertx.core.impl.NoStackTraceThrowable;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import java.io.IOException;
import java.util.Set;

/**
 * What Postgres said to a function's own statement. The function's author wrote the statement and gets to read it;
 * what concerns the server rather than the statement stays here.
 */
final class DatabaseProblem {
    private static final String NAME = "DatabaseError";
    /** Classes of SQLSTATE that tell of the server: connections, resources, shutdown, its files. */
    private static final Set<String> OF_THE_SERVER = Set.of("08", "53", "58", "F0", "XX");

    private static final String CANCELLED = "57014";

    private DatabaseProblem() {}

    static Throwable of(Throwable failure, BoundParameters parameters, BindingConfig limits) {
        GheeException complaint = parameters.complaint();
        if (complaint != null) {
            return new BindingFailure(400, new Problem(NAME, "22P02", complaint.message()));
        }
        return switch (failure) {
            case RowsRefusedException _ ->
                new BindingFailure(
                        400,
                        new Problem(
                                NAME,
                                "54000",
                                "The answer has more than " + limits.maxRows() + " rows or " + limits.maxResultBytes()
                                        + " bytes; use LIMIT"));
            case PgException pg -> of(pg);
            case ClosedConnectionException _, IOException _ -> unavailable();
            // The client's own: parameters that do not fit the statement.
            case VertxException client -> new BindingFailure(400, new Problem(NAME, "22P02", inOurWords(client)));
            case NoStackTraceThrowable client ->
                new BindingFailure(400, new Problem(NAME, "22P02", inOurWords(client)));
            default -> failure;
        };
    }

    private static Throwable of(PgException pg) {
        String state = pg.getSqlState();
        boolean ofTheServer =
                OF_THE_SERVER.contains(state.substring(0, 2)) || state.startsWith("57") && !state.equals(CANCELLED);
        if (ofTheServer) {
            return unavailable();
        }
        return new BindingFailure(
                400,
                new Problem(
                        NAME,
                        state,
                        String.valueOf(pg.getErrorMessage()),
                        pg.getDetail(),
                        pg.getHint(),
                        pg.getTable(),
                        pg.getColumn(),
                        pg.getConstraint()));
    }

    private static BindingFailure unavailable() {
        return new BindingFailure(
                503, new Problem(NAME, ErrorCode.EXTERNAL_DB_ERROR.name(), "The app's database did not answer"));
    }

    private static String inOurWords(Throwable client) {
        String message = String.valueOf(client.getMessage());
        return message.contains("Interval")
                ? "A parameter is an interval: write $1::text::interval"
                : message.contains("number of parameters") || message.contains("expected")
                        ? "The parameters do not fit those of the statement"
                        : "A parameter does not fit the statement";
    }
}
