package dev.ghee.realtime.subscription;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The subscriptions of one app, by table. Safe for any thread. */
public final class Subscriptions {
    private final Map<String, ByTable> tables = new ConcurrentHashMap<>();

    /** Replaces the subscriber's earlier one to the same table. */
    public void put(Subscription subscription) {
        tables.compute(subscription.table(), (_, known) -> {
            ByTable table = known == null ? new ByTable() : known;
            table.put(subscription);
            return table;
        });
    }

    /** Gives all of a subscriber's subscriptions another viewer. */
    public void renew(Subscriber subscriber, Viewer viewer) {
        tables.values().forEach(table -> table.renew(subscriber, viewer));
    }

    public void remove(Subscriber subscriber, String table) {
        tables.computeIfPresent(table, (_, known) -> known.remove(subscriber) ? null : known);
    }

    /** Groups as they are now; the same object until the table's subscriptions change. */
    public Groups of(String table) {
        ByTable found = tables.get(table);
        return found == null ? Groups.NONE : found.groups();
    }

    public boolean isEmpty() {
        return tables.isEmpty();
    }

    /** Names of the tables that somebody subscribes to. */
    public Collection<String> tables() {
        return List.copyOf(tables.keySet());
    }

    private static final class ByTable {
        private final Map<Subscriber, Subscription> current = new LinkedHashMap<>();
        private @Nullable Groups groups;

        synchronized void put(Subscription subscription) {
            current.put(subscription.subscriber(), subscription);
            groups = null;
        }

        synchronized void renew(Subscriber subscriber, Viewer viewer) {
            if (current.computeIfPresent(subscriber, (_, known) -> known.seenBy(viewer)) != null) {
                groups = null;
            }
        }

        /** Whether it was the last one. */
        synchronized boolean remove(Subscriber subscriber) {
            current.remove(subscriber);
            groups = null;
            return current.isEmpty();
        }

        synchronized Groups groups() {
            Groups known = groups;
            if (known == null) {
                Map<Viewer, List<Subscription>> byViewer = new LinkedHashMap<>();
                current.values()
                        .forEach(subscription -> byViewer.computeIfAbsent(subscription.viewer(), _ -> new ArrayList<>())
                                .add(subscription));
                known = new Groups(List.copyOf(byViewer.keySet()), List.copyOf(byViewer.values()));
                groups = known;
            }
            return known;
        }
    }
}
