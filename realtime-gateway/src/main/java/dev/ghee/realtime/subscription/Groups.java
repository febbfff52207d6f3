package dev.ghee.realtime.subscription;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Subscriptions to one table, grouped by who may see the same. Viewers are named by their index, always in ascending
 * order. Does not change; what is looked up in it is indexed once. For one thread.
 */
public final class Groups {
    public static final Groups NONE = new Groups(List.of(), List.of());

    private static final int[] NOBODY = {};

    private final List<Viewer> viewers;
    private final List<List<Subscription>> members;
    private final int[] everybody;
    private final Map<Role, int[]> byRole = new EnumMap<>(Role.class);
    private final Map<ViewerKey, Map<String, int[]>> byKey = new HashMap<>();

    /**
     * @param viewers distinct
     * @param members the subscriptions of the viewer with the same index
     */
    public Groups(List<Viewer> viewers, List<List<Subscription>> members) {
        this.viewers = viewers;
        this.members = members;
        this.everybody = IntStream.range(0, viewers.size()).toArray();
    }

    public List<Viewer> viewers() {
        return viewers;
    }

    /** The subscriptions of each viewer, by index. */
    public List<List<Subscription>> members() {
        return members;
    }

    public boolean isEmpty() {
        return viewers.isEmpty();
    }

    public Collection<Subscription> all() {
        return members.stream().flatMap(List::stream).toList();
    }

    /** All viewers: the same array each time, not to be changed. */
    public int[] everybody() {
        return everybody;
    }

    /** The viewers of a role: the same array each time, not to be changed. */
    public int[] ofRole(Role role) {
        return byRole.computeIfAbsent(
                role, wanted -> filtered(viewer -> viewers.get(viewer).role() == wanted));
    }

    /** The viewers whose key has this value, of any role; not to be changed. */
    public int[] with(ViewerKey key, String value) {
        return byKey.computeIfAbsent(key, this::index).getOrDefault(value, NOBODY);
    }

    private int[] filtered(IntPredicate wanted) {
        return IntStream.of(everybody).filter(wanted).toArray();
    }

    private Map<String, int[]> index(ViewerKey key) {
        Map<String, List<Integer>> lists = new HashMap<>();
        for (int viewer = 0; viewer < viewers.size(); viewer++) {
            String value = key.of(viewers.get(viewer));
            if (value != null) {
                lists.computeIfAbsent(value, _ -> new ArrayList<>(1)).add(viewer);
            }
        }
        Map<String, int[]> index = new HashMap<>();
        lists.forEach((value, list) ->
                index.put(value, list.stream().mapToInt(Integer::intValue).toArray()));
        return index;
    }
}
