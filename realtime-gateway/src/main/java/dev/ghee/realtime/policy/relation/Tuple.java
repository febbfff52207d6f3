package dev.ghee.realtime.policy.relation;

import org.jspecify.annotations.Nullable;

/** One row of a {@link Relation}. Immutable: an update makes another. */
public interface Tuple {
    /**
     * A value in Postgres' canonical text form, as {@link dev.ghee.realtime.change.RowImage#texts()} has it; null for
     * SQL NULL.
     *
     * @param column one of those the relation was asked to keep, else {@link IllegalArgumentException}
     */
    @Nullable
    String text(String column);
}
