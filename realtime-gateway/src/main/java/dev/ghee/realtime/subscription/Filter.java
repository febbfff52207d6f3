package dev.ghee.realtime.subscription;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Strict equality on each given column, as JavaScript's {@code ===} has it: objects and arrays equal nothing. */
public record Filter(Map<String, JsonNode> columns) {
    public static final Filter NONE = new Filter(Map.of());

    public Filter {
        columns = Map.copyOf(columns);
    }

    /** @param row the row's value of a column, null when the client may not see such a column */
    public boolean matches(Function<String, @Nullable JsonNode> row) {
        for (var column : columns.entrySet()) {
            JsonNode actual = row.apply(column.getKey());
            if (actual == null || !strictlyEqual(column.getValue(), actual)) {
                return false;
            }
        }
        return true;
    }

    public boolean isNone() {
        return columns.isEmpty();
    }

    private static boolean strictlyEqual(JsonNode wanted, JsonNode actual) {
        if (wanted.isNumber() && actual.isNumber()) {
            return wanted.doubleValue() == actual.doubleValue();
        }
        return wanted.isValueNode() && wanted.equals(actual);
    }
}
