package dev.ghee.realtime.change;

import dev.ghee.pgoutput.WalMessage.Relation;
import dev.ghee.pgoutput.value.TypeCatalog;
import java.util.Set;

/**
 * A table as it was when the rows that refer to it were written. Compared by identity: each new definition is another
 * table.
 */
public final class Table {
    /** The schema of user tables, the only one whose changes reach clients. */
    public static final String PUBLIC = "public";

    private final Relation relation;
    private final TypeCatalog types;
    private final Set<String> key;

    /** @param key columns of the primary key; empty when the table has none */
    public Table(Relation relation, TypeCatalog types, Set<String> key) {
        this.relation = relation;
        this.types = types;
        this.key = Set.copyOf(key);
    }

    public Relation relation() {
        return relation;
    }

    public TypeCatalog types() {
        return types;
    }

    public Set<String> key() {
        return key;
    }

    public String name() {
        return relation.name();
    }

    /** Whether clients may know of it at all. */
    public boolean isUserTable() {
        return relation.namespace().equals(PUBLIC);
    }

    @Override
    public String toString() {
        return relation.namespace() + "." + relation.name();
    }
}
