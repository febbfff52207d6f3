package dev.ghee.tenancy.rls;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.function.Supplier;

/**
 * A statement whose text is an app's own, so that neither its rows nor their number are known.
 *
 * @param parameters as many as the text has; client-side conversions happen when the server has said their types
 * @param rows makes what takes the rows, anew for each time the statement is sent
 */
public record AppStatement<S extends AppStatement.RowSink>(String sql, Tuple parameters, Supplier<S> rows) {

    /** Takes rows as they arrive, so that a large answer need not be held twice. Called on the connection's loop. */
    public interface RowSink {
        /** False when it is enough: the statement then fails with {@link RowsRefusedException}. */
        boolean accept(Row row);
    }

    /**
     * What came of a statement.
     *
     * @param changed rows that a writing statement touched; 0 for others
     * @param columns names of the columns, empty for statements without rows
     */
    public record Outcome<S>(S rows, int changed, List<String> columns) {}

    /** A plan belongs to one role; the line break ends a comment that the text may end with. */
    String textFor(DbRole role) {
        return sql + "\n/* " + role.roleName() + " */";
    }

    /** The text may hold an app's secrets. */
    @Override
    public String toString() {
        return "AppStatement[" + parameters.size() + " parameters]";
    }
}
