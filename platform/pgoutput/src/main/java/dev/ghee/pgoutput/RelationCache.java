package dev.ghee.pgoutput;

import dev.ghee.pgoutput.WalMessage.Cell;
import dev.ghee.pgoutput.WalMessage.Relation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The latest {@link Relation} of each table in one replication session, so that rows can be read by column. Start a
 * new one with each session, and offer it each Relation message in the order of arrival. Not safe for use by several
 * threads; the rows it returns are.
 */
public final class RelationCache {
    private final Map<Integer, Relation> byOid = new HashMap<>();

    /** Describes the rows from here on; replaces what was known of the same oid. */
    public void put(Relation relation) {
        byOid.put(relation.oid(), relation);
    }

    /**
     * The table as the latest message describes it.
     *
     * @throws MalformedWalException if none did: the server always describes a table before its rows
     */
    public Relation relation(int oid) {
        Relation relation = byOid.get(oid);
        if (relation == null) {
            throw new MalformedWalException("relation " + Integer.toUnsignedString(oid) + " was not described");
        }
        return relation;
    }

    /**
     * Joins cells with the columns they belong to.
     *
     * @throws MalformedWalException if the relation was not described, or has another number of columns
     */
    public Row row(int relationOid, List<Cell> cells) {
        return new Row(relation(relationOid), cells);
    }
}
