package dev.ghee.realtime.policy.relation;

import java.util.Collection;

/** All rows of one table, as of the last part of the log that was taken in. For the thread that judges. */
public interface Relation {
    /**
     * The rows with this value in this column, by hash look-up; a row whose value is NULL is never among them. Its size
     * is known without counting. Valid until the next part is taken in.
     *
     * @param column one of those the relation was asked to be looked up by, else {@link IllegalArgumentException}
     * @param text the value in Postgres' canonical text form
     */
    Collection<? extends Tuple> where(String column, String text);
}
