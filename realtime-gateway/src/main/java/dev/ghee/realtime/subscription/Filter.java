package dev.ghee.realtime.subscription;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ghee.realtime.filter.FilterRow;
import dev.ghee.realtime.filter.RowCondition;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which rows a subscription wants: those that pass both.
 *
 * @param columns strict equality on each, as JavaScript's {@code ===} has it: objects and arrays equal nothing
 * @param condition in the data API's grammar; null for none
 */
public record Filter(
        Map<String, JsonNode> columns, @Nullable RowCondition condition) {
    public static final Filter NONE = new Filter(Map.of());

    public Filter {
        columns = Map.copyOf(columns);
    }

    public Filter(Map<String, JsonNode> columns) {
        this(columns, null);
    }

    /** @param readable the columns that the client may see: no other influences the answer */
    public boolean matches(FilterRow row, Set<String> readable) {
        for (var column : columns.entrySet()) {
            if (!readable.contains(column.getKey())
                    || !strictlyEqual(
                            column.getValue(), row.json(column.getKey()).orElse(null))) {
                return false;
            }
        }
        return condition == null || condition.matches(row, readable);
    }

    public boolean isNone() {
        return columns.isEmpty() && condition == null;
    }

    private static boolean strictlyEqual(JsonNode wanted, @Nullable JsonNode actual) {
        if (actual == null) {
            return false;
        }
        if (wanted.isNumber() && actual.isNumber()) {
            return wanted.doubleValue() == actual.doubleValue();
        }
        return wanted.isValueNode() && wanted.equals(actual);
    }
}
