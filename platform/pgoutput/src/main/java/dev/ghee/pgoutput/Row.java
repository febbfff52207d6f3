package dev.ghee.pgoutput;

import dev.ghee.pgoutput.WalMessage.Cell;
import dev.ghee.pgoutput.WalMessage.Relation;
import java.util.List;
import java.util.Optional;

/**
 * A row image with the definition its table had when the row was written.
 *
 * @param cells one for each of the relation's columns, in their order
 */
public record Row(Relation relation, List<Cell> cells) {
    /** @throws MalformedWalException if there is not one cell for each column */
    public Row {
        if (cells.size() != relation.columns().size()) {
            throw new MalformedWalException("a row of " + cells.size() + " cells for "
                    + relation.columns().size() + " columns");
        }
    }

    /** The cell of a column, by its exact name; empty if the table has no such column. */
    public Optional<Cell> cell(String column) {
        for (int i = 0; i < cells.size(); i++) {
            if (relation.columns().get(i).name().equals(column)) {
                return Optional.of(cells.get(i));
            }
        }
        return Optional.empty();
    }
}
