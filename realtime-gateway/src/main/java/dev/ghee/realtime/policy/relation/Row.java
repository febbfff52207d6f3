package dev.ghee.realtime.policy.relation;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What is kept of a row. Two rows are equal when these values are; a relation holds equal rows once, and counts them. */
final class Row implements Tuple {
    private final Shape shape;
    private final @Nullable String[] values;
    private final int hash;
    private int copies = 1;

    /** @param values in the order of the shape's columns; not to be changed afterwards */
    Row(Shape shape, @Nullable String[] values) {
        this.shape = shape;
        this.values = values;
        this.hash = Arrays.hashCode(values);
    }

    @Override
    public @Nullable String text(String column) {
        return values[shape.position(column)];
    }

    @Nullable
    String value(int position) {
        return values[position];
    }

    /** Puts an equal string in place of a value, so that one string serves many rows. */
    void share(int position, String same) {
        values[position] = same;
    }

    /** How many rows of the table look like this. */
    int copies() {
        return copies;
    }

    void copies(int now) {
        copies = now;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Row row && hash == row.hash && Arrays.equals(values, row.values);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    /** Without values: they are the app's data. */
    @Override
    public String toString() {
        return "Row[" + shape.columns() + "]";
    }
}
