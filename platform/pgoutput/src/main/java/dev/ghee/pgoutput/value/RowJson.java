package dev.ghee.pgoutput.value;

import dev.ghee.pgoutput.MalformedWalException;
import dev.ghee.pgoutput.WalMessage.Cell;
import dev.ghee.pgoutput.WalMessage.Column;
import dev.ghee.pgoutput.WalMessage.Relation;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Writes rows of one table as JSON objects, in the form {@link JsonValue} describes. Made once per relation and set of
 * columns, then used for each row; immutable, so threads may share it.
 *
 * <p>A TOASTed value that was not sent is left out of the object, never shown as null.
 */
public final class RowJson {
    private final int width;
    private final List<Field> fields;

    private RowJson(int width, List<Field> fields) {
        this.width = width;
        this.fields = List.copyOf(fields);
    }

    /** @param name the column's name as a JSON string and the colon after it */
    private record Field(int index, byte[] name, PgType type) {}

    /** Writes all columns, in the table's order. */
    public static RowJson of(Relation relation, TypeCatalog types) {
        return of(relation, types, _ -> true);
    }

    /** Writes those columns that are {@code included}, in the table's order. */
    public static RowJson of(Relation relation, TypeCatalog types, Predicate<Column> included) {
        List<Field> fields = new ArrayList<>();
        for (int i = 0; i < relation.columns().size(); i++) {
            Column column = relation.columns().get(i);
            if (included.test(column)) {
                fields.add(new Field(i, name(column), types.type(column.typeOid())));
            }
        }
        return new RowJson(relation.columns().size(), fields);
    }

    private static byte[] name(Column column) {
        ByteSink out = new ByteSink(Integer.MAX_VALUE);
        JsonText.writeString(ByteBuffer.wrap(column.name().getBytes(StandardCharsets.UTF_8)), out);
        return out.put(':').toByteArray();
    }

    /**
     * Appends the row to a sink. After a failure the sink holds a part of it.
     *
     * @param cells of the whole row, one for each of the relation's columns
     * @throws MalformedWalException if there is another number of cells, or one is not a value of its type
     * @throws UnsupportedTypeException if a cell is binary and its type has no codec
     * @throws SinkFullException if the sink's limit is reached
     */
    public void write(List<Cell> cells, ByteSink out) {
        if (cells.size() != width) {
            throw new MalformedWalException("a row of " + cells.size() + " cells for " + width + " columns");
        }
        out.put('{');
        boolean first = true;
        for (Field field : fields) {
            Cell cell = cells.get(field.index());
            if (cell instanceof Cell.UnchangedToast) {
                continue;
            }
            if (!first) {
                out.put(',');
            }
            first = false;
            out.put(field.name());
            JsonValue.write(field.type(), cell, out);
        }
        out.put('}');
    }
}
