package dev.ghee.realtime.subscription;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which columns a subscription wants.
 *
 * @param names null for all
 */
public record Columns(@Nullable Set<String> names) {
    public static final Columns ALL = new Columns(null);

    public Columns {
        names = names == null ? null : Set.copyOf(names);
    }

    public static Columns of(Set<String> names) {
        return new Columns(names);
    }

    public boolean isAll() {
        return names == null;
    }

    /** What to send of the columns that the client may read: those it wants, and the key's. */
    public Set<String> among(Set<String> readable, Set<String> key) {
        Set<String> wanted = names;
        if (wanted == null) {
            return readable;
        }
        Set<String> sent = new HashSet<>(readable);
        sent.removeIf(column -> !wanted.contains(column) && !key.contains(column));
        return Set.copyOf(sent);
    }
}
