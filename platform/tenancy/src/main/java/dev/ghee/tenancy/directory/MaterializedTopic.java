package dev.ghee.tenancy.directory;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/** The newest state per key of a compacted topic. Safe for any thread. */
final class MaterializedTopic<V> {
    private final Map<String, V> states = new ConcurrentHashMap<>();
    private final List<Consumer<V>> listeners = new CopyOnWriteArrayList<>();
    private final ToLongFunction<V> revision;

    MaterializedTopic(ToLongFunction<V> revision) {
        this.revision = revision;
    }

    Optional<V> get(String key) {
        return Optional.ofNullable(states.get(key));
    }

    Collection<V> all() {
        return List.copyOf(states.values());
    }

    /** Keeps the state unless a newer one is known: Kafka may repeat what was already heard directly. */
    void accept(String key, V state) {
        V kept = states.merge(
                key, state, (old, fresh) -> revision.applyAsLong(fresh) > revision.applyAsLong(old) ? fresh : old);
        if (kept == state) {
            listeners.forEach(listener -> listener.accept(state));
        }
    }

    void remove(String key) {
        states.remove(key);
    }

    void onChange(Consumer<V> listener) {
        listeners.add(listener);
    }
}
