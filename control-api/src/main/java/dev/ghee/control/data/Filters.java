package dev.ghee.control.data;

import dev.ghee.control.data.StatementShape.Condition;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The filters of a request, ANDed: what they compare, and apart from that the values. */
record Filters(List<Condition> conditions, List<Object> values) {
    /** Parameters that are never filters, whatever the table's columns are called. */
    private static final Set<String> RESERVED = Set.of("select", "order", "limit", "offset", "count");

    /**
     * Fails with {@code VALIDATION_INVALID_SCHEMA} and {@code details.invalidFilters} for unknown columns and
     * operators, and with {@code VALIDATION_INVALID_INPUT} above the limits. A parameter without a value is no filter.
     */
    static Filters parse(QueryString query, Table table, DataApiConfig limits) {
        var conditions = new ArrayList<Condition>();
        var values = new ArrayList<>();
        List<Map<String, String>> invalid = null;
        for (QueryString.Parameter parameter : query.parameters()) {
            if (parameter.value().isEmpty() || RESERVED.contains(parameter.name())) {
                continue;
            }
            String problem = add(parameter, table, limits, conditions, values);
            if (problem != null) {
                invalid = invalid == null ? new ArrayList<>() : invalid;
                invalid.add(Map.of("filter", abbreviated(parameter.name()), "reason", problem));
            }
        }
        if (invalid != null) {
            throw new GheeException(ErrorCode.VALIDATION_INVALID_SCHEMA, "Some filters are not valid")
                    .withDetails(Map.of("invalidFilters", invalid));
        }
        if (conditions.size() > limits.maxFilters()) {
            throw new GheeException(
                    ErrorCode.VALIDATION_INVALID_INPUT,
                    "A request may have " + limits.maxFilters() + " filters at most");
        }
        return new Filters(List.copyOf(conditions), values);
    }

    boolean isEmpty() {
        return conditions.isEmpty();
    }

    /** Returns what is wrong with the filter, or null. */
    private static @Nullable String add(
            QueryString.Parameter parameter,
            Table table,
            DataApiConfig limits,
            List<Condition> conditions,
            List<Object> values) {
        Column column = table.column(parameter.name());
        if (column == null) {
            return "unknown column";
        }
        String text = parameter.value();
        int dot = text.indexOf('.');
        if (dot < 0) {
            return "expected operator.value";
        }
        String name = text.substring(0, dot);
        String value = text.substring(dot + 1);
        if (name.equals("is")) {
            return addIs(column, value, conditions);
        }
        Operator operator = Operator.named(name);
        if (operator == null) {
            return "unknown operator";
        }
        if (operator == Operator.IN) {
            if (!value.startsWith("(") || !value.endsWith(")")) {
                return "expected in.(a,b)";
            }
            values.add(listed(value.substring(1, value.length() - 1), limits));
        } else {
            values.add(value);
        }
        conditions.add(new Condition(column.name(), operator));
        return null;
    }

    /** {@code is} with a value that it does not know is no filter, as clients expect. */
    private static @Nullable String addIs(Column column, String value, List<Condition> conditions) {
        Operator operator = Operator.named("is." + value);
        if (operator == null) {
            return null;
        }
        if (operator != Operator.IS_NULL && !column.isBoolean()) {
            return "only a boolean column is true or false";
        }
        conditions.add(new Condition(column.name(), operator));
        return null;
    }

    private static String[] listed(String list, DataApiConfig limits) {
        if (list.isEmpty()) {
            return new String[0];
        }
        String[] parts = list.split(",", limits.maxInValues() + 1);
        if (parts.length > limits.maxInValues()) {
            throw new GheeException(
                    ErrorCode.VALIDATION_INVALID_INPUT, "in.(…) may list " + limits.maxInValues() + " values at most");
        }
        return parts;
    }

    private static String abbreviated(String name) {
        return name.length() <= 64 ? name : name.substring(0, 64) + "…";
    }
}
