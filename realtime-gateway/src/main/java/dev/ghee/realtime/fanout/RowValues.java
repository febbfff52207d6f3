package dev.ghee.realtime.fanout;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ghee.pgoutput.WalMessage.Column;
import dev.ghee.pgoutput.value.ByteSink;
import dev.ghee.pgoutput.value.JsonValue;
import dev.ghee.realtime.change.RowImage;
import dev.ghee.realtime.change.Table;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A row's values as filters see them: as JSON. For one thread. */
final class RowValues {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Table table;
    private final RowImage row;
    private final Map<String, @Nullable JsonNode> known = new HashMap<>();

    RowValues(Table table, RowImage row) {
        this.table = table;
        this.row = row;
    }

    /** Null when the row has no such column, or the client may not read it. */
    @Nullable
    JsonNode of(String column, Set<String> readable) {
        return readable.contains(column) ? known.computeIfAbsent(column, this::parse) : null;
    }

    private @Nullable JsonNode parse(String name) {
        List<Column> columns = table.relation().columns();
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equals(name)) {
                var sink = new ByteSink(Integer.MAX_VALUE);
                JsonValue.write(
                        table.types().type(columns.get(i).typeOid()),
                        row.cells().get(i),
                        sink);
                return parsed(sink.toByteArray());
            }
        }
        return null;
    }

    private static @Nullable JsonNode parsed(byte[] json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            // json columns are passed on as stored; what Jackson does not read, no filter equals.
            return null;
        }
    }
}
