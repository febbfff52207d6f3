package dev.ghee.realtime.policy.relation;

import dev.ghee.pgoutput.WalMessage.Column;
import dev.ghee.realtime.change.Table;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which columns of a table are kept, and where in a row they stand. */
final class Shape {
    private final List<String> columns;
    private final List<String> keys;
    private final Map<String, Integer> positions = new HashMap<>();

    Shape(RelationNeed need) {
        columns = need.columns().stream().sorted().toList();
        keys = need.keys().stream().sorted().toList();
        for (int i = 0; i < columns.size(); i++) {
            positions.put(columns.get(i), i);
        }
    }

    /** In the order of a row's values. */
    List<String> columns() {
        return columns;
    }

    /** The columns that rows are looked up by. */
    List<String> keys() {
        return keys;
    }

    int position(String column) {
        Integer position = positions.get(column);
        if (position == null) {
            throw new IllegalArgumentException("not kept: " + column);
        }
        return position;
    }

    /** Where the columns stand in the images of a table as it was; empty when it lacks one of them. */
    Optional<int[]> in(Table table) {
        List<String> names =
                table.relation().columns().stream().map(Column::name).toList();
        int[] found = columns.stream().mapToInt(names::indexOf).toArray();
        for (int position : found) {
            if (position < 0) {
                return Optional.empty();
            }
        }
        return Optional.of(found);
    }
}
