package dev.ghee.realtime.subscription;

import dev.ghee.realtime.change.RowChange.Operation;
import java.util.EnumSet;
import java.util.Set;

/**
 * One client's interest in one table.
 *
 * @param filter which rows
 * @param columns what of them
 * @param events which operations, as the client is told of them: a row that leaves its view is a delete
 * @param start from where
 * @param gate what may go out now
 */
public record Subscription(
        Subscriber subscriber,
        Viewer viewer,
        String table,
        Filter filter,
        Columns columns,
        Set<Operation> events,
        Start start,
        Gate gate) {
    public static final Set<Operation> ALL_EVENTS =
            Set.copyOf(EnumSet.of(Operation.INSERT, Operation.UPDATE, Operation.DELETE));

    public Subscription {
        events = Set.copyOf(events);
    }

    public Subscription(
            Subscriber subscriber,
            Viewer viewer,
            String table,
            Filter filter,
            Columns columns,
            Set<Operation> events,
            Start start) {
        this(subscriber, viewer, table, filter, columns, events, start, Gate.OPEN);
    }

    /** All changes of the rows that pass the filter, from now on. */
    public Subscription(Subscriber subscriber, Viewer viewer, String table, Filter filter) {
        this(subscriber, viewer, table, filter, Columns.ALL, ALL_EVENTS, Start.LIVE);
    }

    /** The same, with another gate. */
    public Subscription through(Gate other) {
        return new Subscription(subscriber, viewer, table, filter, columns, events, start, other);
    }

    /** The same for a client whose claims have changed. */
    public Subscription seenBy(Viewer other) {
        return new Subscription(subscriber, other, table, filter, columns, events, start, gate);
    }
}
