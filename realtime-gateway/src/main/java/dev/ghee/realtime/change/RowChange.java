package dev.ghee.realtime.change;

import dev.ghee.pgoutput.WalMessage;
import dev.ghee.pgoutput.WalMessage.Cell;
import dev.ghee.pgoutput.WalMessage.OldRow;
import java.util.List;

/** What happened to one row, or to a table as a whole. */
public sealed interface RowChange {
    Table table();

    /** Position in the transaction, from 0; with the commit LSN it identifies the change. */
    int sequence();

    record Insert(Table table, int sequence, RowImage after) implements RowChange {}

    record Update(Table table, int sequence, RowImage before, RowImage after) implements RowChange {}

    record Delete(Table table, int sequence, RowImage before) implements RowChange {}

    /** All rows went. */
    record Truncate(Table table, int sequence) implements RowChange {}

    /**
     * A change whose old row the server did not send whole, because the table (or a partition attached later) lost its
     * {@code REPLICA IDENTITY FULL}. Nobody can be judged on it; subscribers have to read the table again.
     */
    record Incomplete(Table table, int sequence, Operation operation) implements RowChange {}

    /** As the contract names it. */
    enum Operation {
        INSERT,
        UPDATE,
        DELETE,
        TRUNCATE
    }

    default Operation operation() {
        return switch (this) {
            case Insert _ -> Operation.INSERT;
            case Update _ -> Operation.UPDATE;
            case Delete _ -> Operation.DELETE;
            case Truncate _ -> Operation.TRUNCATE;
            case Incomplete incomplete -> incomplete.operation;
        };
    }

    static RowChange of(Table table, int sequence, WalMessage.Insert insert) {
        return new Insert(table, sequence, RowImage.ofCells(table, insert.row()));
    }

    static RowChange of(Table table, int sequence, WalMessage.Update update) {
        List<Cell> after = update.completedAfter();
        return update.before() instanceof OldRow.Full(List<Cell> before) && !after.contains(Cell.UNCHANGED_TOAST)
                ? new Update(table, sequence, RowImage.ofCells(table, before), RowImage.ofCells(table, after))
                : new Incomplete(table, sequence, Operation.UPDATE);
    }

    static RowChange of(Table table, int sequence, WalMessage.Delete delete) {
        return delete.before() instanceof OldRow.Full(List<Cell> before)
                ? new Delete(table, sequence, RowImage.ofCells(table, before))
                : new Incomplete(table, sequence, Operation.DELETE);
    }
}
