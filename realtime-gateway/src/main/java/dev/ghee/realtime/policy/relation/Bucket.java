package dev.ghee.realtime.policy.relation;

import java.util.AbstractCollection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;

/** The rows with one value in one column. A list while they are few, then a set, so that removing one stays cheap. */
final class Bucket extends AbstractCollection<Row> {
    private static final int FEW = 16;

    private final String value;
    private Collection<Row> rows = new ArrayList<>(1);

    Bucket(String value) {
        this.value = value;
    }

    /** The value that all have. */
    String value() {
        return value;
    }

    /** Each instance at most once. */
    @Override
    public boolean add(Row row) {
        if (rows.size() == FEW && rows instanceof ArrayList) {
            Collection<Row> set = Collections.newSetFromMap(new IdentityHashMap<>(2 * FEW));
            set.addAll(rows);
            rows = set;
        }
        return rows.add(row);
    }

    @Override
    public boolean remove(Object row) {
        return rows.remove(row);
    }

    @Override
    public Iterator<Row> iterator() {
        return Collections.unmodifiableCollection(rows).iterator();
    }

    @Override
    public int size() {
        return rows.size();
    }
}
