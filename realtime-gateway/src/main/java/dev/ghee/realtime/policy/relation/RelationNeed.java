package dev.ghee.realtime.policy.relation;

import java.util.Set;

/**
 * What compiled policies need of a table: a plain table, without children, in any schema.
 *
 * @param oid of the table
 * @param columns that tuples must have
 * @param keys the columns among them that rows are looked up by
 */
public record RelationNeed(int oid, String schema, String table, Set<String> columns, Set<String> keys) {
    public RelationNeed {
        columns = Set.copyOf(columns);
        keys = Set.copyOf(keys);
    }
}
