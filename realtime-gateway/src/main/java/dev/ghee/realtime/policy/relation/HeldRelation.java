package dev.ghee.realtime.policy.relation;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A table's rows in memory, with a hash index per key column. For one thread at a time. */
final class HeldRelation implements Relation {
    /** A row, its array and its places in the maps; and a bucket with its place. Measured on a 64-bit JVM, rounded up. */
    private static final int ROW_BYTES = 120;

    private static final int VALUE_BYTES = 8;
    private static final int BUCKET_BYTES = 160;
    private static final int STRING_BYTES = 48;

    private final Shape shape;
    private final Map<Row, Row> rows = new HashMap<>();
    private final Map<String, Map<String, Bucket>> indexes = new HashMap<>();
    private long count;
    private long bytes;

    HeldRelation(Shape shape) {
        this.shape = shape;
        shape.keys().forEach(key -> indexes.put(key, new HashMap<>()));
    }

    @Override
    public Collection<? extends Tuple> where(String column, String text) {
        Map<String, Bucket> index = indexes.get(column);
        if (index == null) {
            throw new IllegalArgumentException("not looked up by: " + column);
        }
        Bucket bucket = index.get(text);
        return bucket == null ? List.of() : bucket;
    }

    /** How many rows the table has. */
    long rows() {
        return count;
    }

    /** What they take of the heap, roughly. */
    long bytes() {
        return bytes;
    }

    void add(Row row) {
        count++;
        Row same = rows.get(row);
        if (same != null) {
            same.copies(same.copies() + 1);
            return;
        }
        for (String key : shape.keys()) {
            int position = shape.position(key);
            String value = row.value(position);
            if (value != null) {
                index(key, value, position, row);
            }
        }
        rows.put(row, row);
        bytes += cost(row);
    }

    private void index(String key, String value, int position, Row row) {
        Map<String, Bucket> index = indexes.getOrDefault(key, Map.of());
        Bucket bucket = index.get(value);
        if (bucket == null) {
            bucket = new Bucket(value);
            index.put(value, bucket);
            bytes += cost(bucket);
        }
        row.share(position, bucket.value());
        bucket.add(row);
    }

    /** False when there is no such row: then these are not the table's rows. */
    boolean remove(Row row) {
        Row held = rows.get(row);
        if (held == null) {
            return false;
        }
        count--;
        if (held.copies() > 1) {
            held.copies(held.copies() - 1);
            return true;
        }
        rows.remove(held);
        bytes -= cost(held);
        for (String key : shape.keys()) {
            String value = held.value(shape.position(key));
            if (value != null) {
                drop(key, value, held);
            }
        }
        return true;
    }

    private void drop(String key, String value, Row row) {
        Map<String, Bucket> index = indexes.getOrDefault(key, Map.of());
        Bucket bucket = index.get(value);
        if (bucket != null) {
            bucket.remove(row);
            if (bucket.isEmpty()) {
                index.remove(value);
                bytes -= cost(bucket);
            }
        }
    }

    void clear() {
        rows.clear();
        indexes.values().forEach(Map::clear);
        count = 0;
        bytes = 0;
    }

    /** Strings of key columns belong to their bucket. */
    private long cost(Row row) {
        long cost = ROW_BYTES;
        for (String column : shape.columns()) {
            cost += VALUE_BYTES + (indexes.containsKey(column) ? 0 : cost(row.value(shape.position(column))));
        }
        return cost;
    }

    private static long cost(Bucket bucket) {
        return BUCKET_BYTES + cost(bucket.value());
    }

    private static long cost(@Nullable String value) {
        return value == null ? 0 : STRING_BYTES + value.length();
    }
}
