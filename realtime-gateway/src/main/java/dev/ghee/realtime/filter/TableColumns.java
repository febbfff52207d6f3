package dev.ghee.realtime.filter;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A table's columns as the catalogue has them when a client subscribes.
 *
 * @param columns none when there is no such table yet
 */
public record TableColumns(List<Column> columns) {
    public TableColumns {
        columns = List.copyOf(columns);
    }

    /**
     * One column.
     *
     * @param labels of an enum, else empty
     * @param readers database roles that have the SELECT privilege
     */
    record Column(String name, int typeOid, ValueType type, Set<String> labels, Set<String> readers) {}

    /**
     * The conditions, ready to be asked of rows for a database role. Fails with a message for the client: a column that the role may not
     * read is as unknown as one that does not exist. Of a table that does not exist, all is believed.
     */
    public RowCondition condition(Where where, String role) throws InvalidFilterException {
        Map<Integer, ValueType> own = new HashMap<>();
        for (Column column : columns) {
            if (ValueType.builtin(column.typeOid()) != column.type()) {
                own.put(column.typeOid(), column.type());
            }
        }
        if (!columns.isEmpty()) {
            for (Where.Condition condition : where.conditions()) {
                check(condition, require(condition.column(), role));
            }
        }
        return new RowCondition(where, new TypesOfColumns(own));
    }

    /** Fails like {@link #condition}. */
    public void requireReadable(Set<String> names, String role) throws InvalidFilterException {
        if (!columns.isEmpty()) {
            for (String name : names) {
                require(name, role);
            }
        }
    }

    private static void check(Where.Condition condition, Column column) throws InvalidFilterException {
        var _ = BoundWhere.Predicate.of(condition, column.type());
        boolean equality = switch (condition.operator()) {
            case EQ, NEQ, IN -> true;
            case GT, GTE, LT, LTE, LIKE, ILIKE, IS -> false;
        };
        if (equality && column.type() == ValueType.LABEL) {
            for (String value : condition.values()) {
                if (!column.labels().contains(value)) {
                    throw new InvalidFilterException("\"" + WhereParser.shown(value) + "\" is not a value of column \""
                            + WhereParser.shown(column.name()) + '"');
                }
            }
        }
    }

    private Column require(String name, String role) throws InvalidFilterException {
        @Nullable
        Column found = columns.stream()
                .filter(column -> column.name().equals(name) && column.readers().contains(role))
                .findFirst()
                .orElse(null);
        if (found == null) {
            throw new InvalidFilterException("Unknown column \"" + WhereParser.shown(name) + '"');
        }
        return found;
    }
}
