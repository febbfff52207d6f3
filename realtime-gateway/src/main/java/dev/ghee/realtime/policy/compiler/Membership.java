package dev.ghee.realtime.policy.compiler;

import dev.ghee.realtime.policy.relation.Relation;
import dev.ghee.realtime.policy.relation.Tuple;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether a membership table has a row that fits the row and the viewer. At least one look-up is there; where both are,
 * the one that gives fewer rows is taken.
 *
 * @param where what a row of the table must fulfil, what the look-ups ask included
 * @param exactly for IN where UNKNOWN is not as good as FALSE: what each such row is compared with
 */
record Membership(
        int oid,
        @Nullable Lookup byRow,
        @Nullable Lookup byViewer,
        Node where,
        @Nullable Comparison exactly) implements Node.Condition {

    /** @param value of the row, or of the viewer, that the column must equal */
    record Lookup(String column, Node value) {
        Collection<? extends Tuple> rows(Relation relation, Scope scope) {
            Object value = this.value.value(scope);
            return value == null ? List.of() : relation.where(column, FactKey.text(value));
        }
    }

    @Override
    public int sources() {
        int sources = where.sources() | (exactly == null ? 0 : exactly.sources());
        return (sources & ~MEMBER) | RELATION;
    }

    @Override
    public Truth truth(Scope scope) {
        Truth result = Truth.FALSE;
        for (Tuple tuple : rows(scope)) {
            scope.member = tuple;
            if (where.truth(scope) == Truth.TRUE) {
                result = result.or(exactly == null ? Truth.TRUE : exactly.truth(scope));
                if (result == Truth.TRUE) {
                    break;
                }
            }
        }
        scope.member = null;
        return result;
    }

    private Collection<? extends Tuple> rows(Scope scope) {
        Relation relation = scope.relation(oid);
        if (byRow == null || byViewer == null) {
            Lookup only = byRow == null ? byViewer : byRow;
            return only == null ? List.of() : only.rows(relation, scope);
        }
        Collection<? extends Tuple> ofRow = byRow.rows(relation, scope);
        Collection<? extends Tuple> ofViewer = byViewer.rows(relation, scope);
        return ofRow.size() < ofViewer.size() ? ofRow : ofViewer;
    }
}
