package dev.ghee.realtime.filter;

import dev.ghee.realtime.change.Table;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A subscription's conditions, ready to be asked of rows. A table that changes its definition is bound anew; a column
 * that is gone then, or that its condition no longer fits, matches nothing. For one thread at a time.
 */
public final class RowCondition {
    private final Where where;
    private final TypesOfColumns types;
    private volatile @Nullable Bound bound;

    private record Bound(Table table, BoundWhere where) {}

    RowCondition(Where where, TypesOfColumns types) {
        this.where = where;
        this.types = types;
    }

    /** @param readable the columns that the client may see: no other influences the answer */
    public boolean matches(FilterRow row, Set<String> readable) {
        Bound known = bound;
        if (known == null || known.table() != row.table()) {
            known = new Bound(row.table(), BoundWhere.of(where, row.table(), types));
            bound = known;
        }
        return known.where().matches(row, readable);
    }
}
