package dev.ghee.local;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * How many processes each service gets; one where nothing else is said. Only services that share what they must over
 * Kafka and Postgres may have several.
 */
public record ReplicaCounts(Map<String, Integer> counts) {
    /** One of each. */
    public static final ReplicaCounts ONE_EACH = new ReplicaCounts(Map.of());

    /** Not control-api: its rate limits and its outbox relay count on being alone. */
    private static final Set<String> SCALABLE =
            Set.of(GheeStack.REALTIME_GATEWAY, GheeStack.FUNCTION_RUNTIME, GheeStack.STORAGE_SERVICE);

    private static final int MOST = 8;

    /** Fails with {@link IllegalArgumentException}, saying what may be scaled and how far. */
    public ReplicaCounts {
        counts = Map.copyOf(counts);
        counts.forEach((service, count) -> {
            if (!SCALABLE.contains(service)) {
                throw new IllegalArgumentException("there can be only one " + service + "; several are possible of: "
                        + String.join(", ", SCALABLE));
            }
            if (count < 1 || count > MOST) {
                throw new IllegalArgumentException(
                        "from 1 to " + MOST + " replicas are possible, but got " + service + "=" + count);
            }
        });
    }

    /** From texts such as {@code realtime-gateway=2}, several also with commas between them. Fails like the constructor. */
    static ReplicaCounts parse(List<String> texts) {
        Map<String, Integer> counts = new HashMap<>();
        for (String text : String.join(",", texts).split(",", -1)) {
            int equals = text.indexOf('=');
            String number = text.substring(equals + 1);
            if (equals < 1 || !number.matches("[0-9]{1,4}")) {
                throw new IllegalArgumentException(
                        "replicas are written <service>=<count>, such as realtime-gateway=2, but got: " + text);
            }
            counts.put(text.substring(0, equals), Integer.parseInt(number));
        }
        return new ReplicaCounts(counts);
    }

    /** Names of a service's processes: its own, then with -2, -3 and so on. */
    public List<String> names(String service) {
        int count = counts.getOrDefault(service, 1);
        return java.util.stream.IntStream.rangeClosed(1, count)
                .mapToObj(number -> number == 1 ? service : service + "-" + number)
                .toList();
    }

    /** Names of all processes of services. */
    Set<String> names(Set<String> services) {
        Set<String> names = new TreeSet<>();
        services.forEach(service -> names.addAll(names(service)));
        return names;
    }
}
