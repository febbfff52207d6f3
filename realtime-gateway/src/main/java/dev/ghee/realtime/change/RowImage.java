package dev.ghee.realtime.change;

import dev.ghee.pgoutput.WalMessage.Cell;
import dev.ghee.pgoutput.value.PgText;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A whole row, old or new: every value is there, TOASTed ones included. For one thread at a time. */
public final class RowImage {
    private final Table table;
    private final List<Cell> cells;
    private @Nullable List<@Nullable String> texts;

    RowImage(Table table, List<Cell> cells) {
        this.table = table;
        this.cells = cells;
    }

    public List<Cell> cells() {
        return cells;
    }

    /** Each column in Postgres' canonical text form, null for SQL NULL. */
    public List<@Nullable String> texts() {
        List<@Nullable String> known = texts;
        if (known == null) {
            known = new ArrayList<>(cells.size());
            for (int i = 0; i < cells.size(); i++) {
                int type = table.relation().columns().get(i).typeOid();
                known.add(PgText.of(table.types().type(type), cells.get(i)).orElse(null));
            }
            known = Collections.unmodifiableList(known);
            texts = known;
        }
        return known;
    }
}
