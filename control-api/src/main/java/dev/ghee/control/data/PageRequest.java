package dev.ghee.control.data;

import dev.ghee.control.data.StatementShape.Order;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which rows of a table a request asks for.
 *
 * @param limit rows at most
 * @param limited whether the client itself named the limit
 */
record PageRequest(
        List<String> columns, Filters filters, List<Order> orderBy, int limit, boolean limited, long offset) {
    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,18}");
    private static final int MAX_TERMS = 200;

    /**
     * Unknown columns of {@code select} and {@code order} are dropped, as are a {@code limit} and {@code offset} that
     * are no numbers. Fails as {@link Filters#parse}, and with {@code VALIDATION_INVALID_INPUT} for a limit above the
     * maximum.
     */
    static PageRequest parse(QueryString query, Table table, DataApiConfig config) {
        Filters filters = Filters.parse(query, table, config);
        long limit = number(query.last("limit"));
        if (limit > config.maxRows()) {
            throw new GheeException(
                    ErrorCode.VALIDATION_INVALID_INPUT, "limit may be " + config.maxRows() + " at most");
        }
        boolean limited = limit > 0;
        int rows = limited ? (int) limit : Math.min(config.defaultRows().orElse(config.maxRows()), config.maxRows());
        return new PageRequest(
                selected(query.last("select"), table),
                filters,
                order(query.last("order"), table),
                rows,
                limited,
                Math.max(0, number(query.last("offset"))));
    }

    StatementShape.Page shape() {
        return new StatementShape.Page(columns, filters.conditions(), orderBy, limit, offset > 0);
    }

    static List<String> selected(@Nullable String select, Table table) {
        var columns = new LinkedHashSet<String>();
        if (select != null && !select.equals("*")) {
            for (String name : select.split(",", MAX_TERMS)) {
                String known = name.strip();
                if (known.equals("*")) {
                    columns.clear();
                    break;
                }
                if (table.column(known) != null) {
                    columns.add(known);
                }
            }
        }
        return columns.isEmpty() ? table.columns().stream().map(Column::name).toList() : List.copyOf(columns);
    }

    private static List<Order> order(@Nullable String order, Table table) {
        if (order == null || order.isEmpty()) {
            return List.of();
        }
        var terms = new ArrayList<Order>();
        for (String term : order.split(",", MAX_TERMS)) {
            String text = term.strip();
            boolean descending = text.endsWith(".desc");
            String name = descending
                    ? text.substring(0, text.length() - ".desc".length())
                    : text.endsWith(".asc") ? text.substring(0, text.length() - ".asc".length()) : text;
            if (table.column(name) != null
                    && terms.stream().noneMatch(known -> known.column().equals(name))) {
                terms.add(new Order(name, descending));
            }
        }
        return List.copyOf(terms);
    }

    private static long number(@Nullable String text) {
        return text != null && DIGITS.matcher(text).matches() ? Long.parseLong(text) : -1;
    }
}
