package dev.ghee.realtime.replica;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.ReplicaState;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What one process knows of the others from their signs of life. Times are the reader's own, of
 * {@link System#nanoTime}.
 *
 * <p>Its own signs of life come back to it like anyone's. When they do not, it is the log that is away, or this process
 * was stopped for a while: silence then says nothing about the others, so nobody is given up, and once its own are back
 * everybody has the full time again. For one thread at a time.
 */
final class ReplicaTable {
    static final Duration BEAT = Duration.ofSeconds(1);
    /** Silence after which a replica is taken for dead. */
    static final Duration LIMIT = Duration.ofSeconds(5);
    /** One beat, and the time that one may be late. */
    private static final Duration FRESH = Duration.ofMillis(1800);
    /** Without own signs of life for this long, this process is blind. */
    private static final Duration BLIND_AFTER = Duration.ofMillis(2500);
    /** Time that others have to answer a newcomer. */
    private static final Duration INTRODUCTION = Duration.ofMillis(1500);

    private final ReplicaId self;
    private final Map<ReplicaId, Other> others = new HashMap<>();
    private @Nullable Long firstSeen;
    private long selfHeard;
    private boolean blind = true;

    /** @param apps what it said last; empty until it has said it */
    private record Other(Set<AppId> apps, long heard) {}

    ReplicaTable(ReplicaId self) {
        this.self = self;
    }

    /** What a sign of life changed. */
    enum Change {
        NONE,
        /** Heard of for the first time; it does not know of us either. */
        APPEARED,
        GONE
    }

    Change heard(ReplicaState state, long now) {
        ReplicaId id = new ReplicaId(state.replicaId());
        if (id.equals(self)) {
            selfHeard(now);
            return Change.NONE;
        }
        if (state.leaving()) {
            return others.remove(id) == null ? Change.NONE : Change.GONE;
        }
        Other known = others.get(id);
        List<AppId> said = state.apps();
        Set<AppId> before = known == null ? Set.of() : known.apps();
        others.put(id, new Other(said == null ? before : Set.copyOf(said), now));
        return known == null ? Change.APPEARED : Change.NONE;
    }

    private void selfHeard(long now) {
        if (blind) {
            others.replaceAll((_, other) -> new Other(other.apps(), now));
            blind = false;
        }
        if (firstSeen == null) {
            firstSeen = now;
        }
        selfHeard = now;
    }

    /** Gives up those that are silent for too long, and tells whom. To be called about every second. */
    Set<ReplicaId> expire(long now) {
        blind = blind || now - selfHeard > BLIND_AFTER.toNanos();
        Set<ReplicaId> gone = new TreeSet<>();
        if (!blind) {
            others.forEach((id, other) -> {
                if (now - other.heard() > LIMIT.toNanos()) {
                    gone.add(id);
                }
            });
            others.keySet().removeAll(gone);
        }
        return gone;
    }

    /** Whether all who live have had the time to say so since this process was first heard itself. */
    boolean settled(long now) {
        return firstSeen != null && now - firstSeen > INTRODUCTION.toNanos();
    }

    /** Whether it was heard just now: it lives, and not only for lack of proof that it does not. */
    boolean fresh(ReplicaId id, long now) {
        Other other = others.get(id);
        return !blind && other != null && now - other.heard() < FRESH.toNanos();
    }

    boolean blind() {
        return blind;
    }

    /** The others that live, or lived when the log was last readable, with the apps they have subscribers for. */
    Map<ReplicaId, Set<AppId>> others() {
        Map<ReplicaId, Set<AppId>> apps = new HashMap<>();
        others.forEach((id, other) -> apps.put(id, other.apps()));
        return Map.copyOf(apps);
    }
}
