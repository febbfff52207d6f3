package dev.ghee.realtime.filter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ghee.pgoutput.WalMessage.Cell;
import dev.ghee.pgoutput.WalMessage.Column;
import dev.ghee.pgoutput.value.ByteSink;
import dev.ghee.pgoutput.value.JsonValue;
import dev.ghee.pgoutput.value.PgText;
import dev.ghee.pgoutput.value.PgType;
import dev.ghee.realtime.change.RowImage;
import dev.ghee.realtime.change.Table;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A row that filters look at. Each value is read once, however many look. For one thread. */
public final class FilterRow {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Table table;
    private final RowImage image;
    private final Map<String, Optional<JsonNode>> json = new HashMap<>();
    private final @Nullable Optional<String>[] texts;
    private final @Nullable Object[] values;
    private final @Nullable ValueType[] valueTypes;

    @SuppressWarnings({"unchecked", "rawtypes"}) // Java has no generic arrays
    public FilterRow(Table table, RowImage image) {
        this.table = table;
        this.image = image;
        int width = table.relation().columns().size();
        this.texts = new Optional[width];
        this.values = new Object[width];
        this.valueTypes = new ValueType[width];
    }

    Table table() {
        return table;
    }

    /** The value as clients are sent it; empty when there is no such column. */
    public Optional<JsonNode> json(String column) {
        return json.computeIfAbsent(column, this::parse);
    }

    /** What Postgres prints for the value, null for SQL NULL. */
    @Nullable
    String text(int column) {
        Optional<String> known = texts[column];
        if (known == null) {
            known = PgText.of(type(column), cell(column));
            texts[column] = known;
        }
        return known.orElse(null);
    }

    /** The value of a type, null for SQL NULL and for what is no value of the type. */
    @Nullable
    Object value(int column, ValueType type) {
        if (valueTypes[column] != type) {
            values[column] = read(column, type);
            valueTypes[column] = type;
        }
        return values[column];
    }

    private @Nullable Object read(int column, ValueType type) {
        String text = text(column);
        try {
            return text == null ? null : type.read(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private Optional<JsonNode> parse(String name) {
        List<Column> columns = table.relation().columns();
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equals(name)) {
                var out = new ByteSink(Integer.MAX_VALUE);
                JsonValue.write(type(i), cell(i), out);
                return parsed(out.toByteArray());
            }
        }
        return Optional.empty();
    }

    private static Optional<JsonNode> parsed(byte[] json) {
        try {
            return Optional.of(JSON.readTree(json));
        } catch (IOException e) {
            // json columns are passed on as stored; what Jackson does not read, no filter equals.
            return Optional.empty();
        }
    }

    private PgType type(int column) {
        return table.types().type(table.relation().columns().get(column).typeOid());
    }

    private Cell cell(int column) {
        return image.cells().get(column);
    }
}
