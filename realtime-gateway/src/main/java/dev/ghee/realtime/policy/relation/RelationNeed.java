package dev.ghee.realtime.policy.relation;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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

    /** What serves both this and another need of the same table. */
    public RelationNeed with(RelationNeed other) {
        return new RelationNeed(oid, schema, table, union(columns, other.columns), union(keys, other.keys));
    }

    private static Set<String> union(Set<String> some, Set<String> others) {
        return Stream.concat(some.stream(), others.stream()).collect(Collectors.toUnmodifiableSet());
    }
}
