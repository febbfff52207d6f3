package dev.ghee.realtime.change;

import dev.ghee.pgoutput.WalMessage.Cell;
import dev.ghee.pgoutput.value.PgText;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A whole row, old or new: every value is there, TOASTed ones included. For one thread at a time. */
public final class RowImage {
    private final Table table;
    private @Nullable List<Cell> cells;
    private @Nullable List<@Nullable String> texts;

    private RowImage(Table table, @Nullable List<Cell> cells, @Nullable List<@Nullable String> texts) {
        this.table = table;
        this.cells = cells;
        this.texts = texts;
    }

    static RowImage ofCells(Table table, List<Cell> cells) {
        return new RowImage(table, cells, null);
    }

    /**
     * @param texts each column in Postgres' canonical text form, null for SQL NULL; as many as the table has columns,
     *     else {@link IllegalArgumentException}
     */
    public static RowImage ofTexts(Table table, List<@Nullable String> texts) {
        if (texts.size() != table.relation().columns().size()) {
            throw new IllegalArgumentException("A row of another width");
        }
        return new RowImage(table, null, texts);
    }

    /** Each column as the server sends it. */
    public List<Cell> cells() {
        List<Cell> known = cells;
        if (known == null) {
            known = new ArrayList<>();
            for (String text : texts()) {
                known.add(
                        text == null
                                ? Cell.NULL
                                : new Cell.Text(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8))));
            }
            cells = known;
        }
        return known;
    }

    /** Each column in Postgres' canonical text form, null for SQL NULL. */
    public List<@Nullable String> texts() {
        List<@Nullable String> known = texts;
        if (known == null) {
            List<Cell> sent = cells();
            known = new ArrayList<>(sent.size());
            for (int i = 0; i < sent.size(); i++) {
                int type = table.relation().columns().get(i).typeOid();
                known.add(PgText.of(table.types().type(type), sent.get(i)).orElse(null));
            }
            known = Collections.unmodifiableList(known);
            texts = known;
        }
        return known;
    }
}
