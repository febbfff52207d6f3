package dev.ghee.realtime.policy.compiler;

import dev.ghee.realtime.policy.relation.Relation;
import dev.ghee.realtime.policy.relation.Tuple;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a condition is evaluated over. Each part is set before the conditions that need it; for one thread. */
final class Scope {
    private static final Object[] NOTHING = {};

    /** Decoded values of the columns that the rule reads. */
    @Nullable
    Object[] row = NOTHING;

    /** Set while facts are computed. */
    @Nullable
    ViewerClaims viewer;

    /** What the rule asks of the viewer alone. */
    @Nullable
    Object[] facts = NOTHING;

    /** The row of the membership table, inside its subquery. */
    @Nullable
    Tuple member;

    Map<Integer, Relation> relations = Map.of();

    Tuple memberRow() {
        Tuple tuple = member;
        if (tuple == null) {
            throw new IllegalStateException("a column of a subquery outside of it");
        }
        return tuple;
    }

    ViewerClaims viewerClaims() {
        ViewerClaims claims = viewer;
        if (claims == null) {
            throw new IllegalStateException("a viewer's claims outside of its facts");
        }
        return claims;
    }

    Relation relation(int oid) {
        Relation relation = relations.get(oid);
        if (relation == null) {
            throw new IllegalStateException("a relation that was not bound");
        }
        return relation;
    }
}
