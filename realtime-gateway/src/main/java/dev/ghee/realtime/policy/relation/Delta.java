package dev.ghee.realtime.policy.relation;

import dev.ghee.realtime.change.RowChange;
import dev.ghee.realtime.change.RowImage;
import dev.ghee.realtime.change.Table;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a change of a table means for the rows that are kept of it. */
sealed interface Delta {
    record Added(Row row) implements Delta {}

    record Removed(Row row) implements Delta {}

    record Cleared() implements Delta {}

    /** The log does not say what happened to the rows. */
    record Unknown() implements Delta {}

    /** Translates changes of one table. For one thread. */
    final class Reader {
        private final Shape shape;
        private @Nullable Table last;
        private int @Nullable [] positions;

        Reader(Shape shape) {
            this.shape = shape;
        }

        /** Appends what the change does; nothing when it leaves alone what is kept. */
        void read(RowChange change, List<Delta> to) {
            if (positions(change.table()) == null) {
                to.add(new Unknown());
                return;
            }
            switch (change) {
                case RowChange.Insert insert -> to.add(new Added(row(insert.after())));
                case RowChange.Delete delete -> to.add(new Removed(row(delete.before())));
                case RowChange.Update update -> {
                    Row before = row(update.before());
                    Row after = row(update.after());
                    if (!before.equals(after)) {
                        to.add(new Removed(before));
                        to.add(new Added(after));
                    }
                }
                case RowChange.Truncate _ -> to.add(new Cleared());
                case RowChange.Incomplete _ -> to.add(new Unknown());
            }
        }

        private int @Nullable [] positions(Table table) {
            if (!table.equals(last)) {
                last = table;
                positions = shape.in(table).orElse(null);
            }
            return positions;
        }

        private Row row(RowImage image) {
            int[] from = positions;
            @Nullable String[] values = new @Nullable String[from == null ? 0 : from.length];
            List<@Nullable String> texts = new ArrayList<>(image.texts());
            for (int i = 0; i < values.length; i++) {
                values[i] = from == null ? null : texts.get(from[i]);
            }
            return new Row(shape, values);
        }
    }
}
