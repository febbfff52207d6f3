package dev.ghee.realtime.replica;

import dev.ghee.contracts.AppId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which of the replicas with subscribers of one app shall read its slot, as one of them sees it. All rank each other
 * by the same hash, so that they agree without talking, and a replica that comes or goes moves only its own share.
 *
 * <p>This is about balance and speed alone. What makes sure that only one reads is Postgres, which gives a slot to one
 * reader; a wrong guess here costs a refused connection. Times are of {@link System#nanoTime}. For one thread.
 */
public final class SlotOwnership {
    /** How long each rank leaves a free slot to the one before it. */
    static final Duration STEP = Duration.ofSeconds(2);
    /** Later ranks do not wait longer than this many steps: a slot shall be read again within ten seconds. */
    private static final int MAX_STEPS = 3;
    /** How long another must have been first before it is given the slot. */
    static final Duration SETTLED = Duration.ofSeconds(5);
    /** One that does not take what it is given is asked at growing intervals, up to this. */
    private static final Duration MAX_SETTLED = Duration.ofMinutes(5);

    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private final AppId app;
    private final ReplicaId self;
    private @Nullable ReplicaId first;
    private long firstSince;
    private @Nullable Long freeSince;
    private Duration patience = SETTLED;
    private boolean gaveUp;

    public SlotOwnership(AppId app, ReplicaId self) {
        this.app = app;
        this.self = self;
    }

    /** What to do about the slot. */
    public enum Decision {
        /** Not ours, and nothing to do about it. */
        WAIT,
        /** Open it, now. */
        TAKE,
        /** Ours, and stays so. */
        KEEP,
        /** Ours, and another's from now on: confirm, close, leave it. */
        HAND_OVER
    }

    /** What this replica sees of a slot. */
    public enum Slot {
        /** Read by this process. */
        OURS,
        /** Read by somebody else. */
        TAKEN,
        /** Read by nobody, or not there. */
        FREE
    }

    /** @param interested the live replicas with subscribers of the app */
    public Decision decide(Collection<ReplicaId> interested, Slot slot, long now) {
        List<ReplicaId> ranks = ranks(app, interested);
        noteFirst(ranks.isEmpty() ? null : ranks.getFirst(), now);
        if (slot != Slot.FREE) {
            freeSince = null;
        }
        return switch (slot) {
            case OURS -> keepOrHandOver(ranks, now);
            case TAKEN -> {
                gaveUp = false;
                yield Decision.WAIT;
            }
            case FREE -> takeOrWait(ranks, now);
        };
    }

    private void noteFirst(@Nullable ReplicaId now, long at) {
        if (now == null || !now.equals(first)) {
            first = now;
            firstSince = at;
            patience = SETTLED;
            gaveUp = false;
        }
    }

    private Decision keepOrHandOver(List<ReplicaId> ranks, long now) {
        if (ranks.isEmpty() || ranks.getFirst().equals(self)) {
            return Decision.KEEP;
        }
        if (gaveUp) {
            // It had two seconds to take what we gave it, and did not.
            gaveUp = false;
            firstSince = now;
            Duration doubled = patience.multipliedBy(2);
            patience = doubled.compareTo(MAX_SETTLED) < 0 ? doubled : MAX_SETTLED;
        }
        // Without subscribers here there is no reason to wait.
        boolean due = !ranks.contains(self) || now - firstSince > patience.toNanos();
        return due ? Decision.HAND_OVER : Decision.KEEP;
    }

    private Decision takeOrWait(List<ReplicaId> ranks, long now) {
        int rank = ranks.indexOf(self);
        if (rank < 0) {
            return Decision.WAIT;
        }
        if (freeSince == null) {
            freeSince = now;
        }
        Duration wait = STEP.multipliedBy(Math.min(rank, MAX_STEPS));
        return now - freeSince >= wait.toNanos() ? Decision.TAKE : Decision.WAIT;
    }

    /** Who ranked first at the last decision. */
    Optional<ReplicaId> first() {
        return Optional.ofNullable(first);
    }

    /** The slot was handed over, as {@link Decision#HAND_OVER} asked. */
    public void handedOver() {
        gaveUp = true;
    }

    /** Best first. */
    static List<ReplicaId> ranks(AppId app, Collection<ReplicaId> replicas) {
        return replicas.stream()
                .distinct()
                .sorted(Comparator.comparingLong((ReplicaId replica) -> weight(app, replica))
                        .reversed()
                        .thenComparing(Comparator.naturalOrder()))
                .toList();
    }

    /** Rendezvous hashing: FNV-1a, mixed once more because its high bits depend little on the last characters. */
    private static long weight(AppId app, ReplicaId replica) {
        long hash = FNV_OFFSET;
        for (byte b : (app + "/" + replica).getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ b) * FNV_PRIME;
        }
        hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return hash ^ (hash >>> 33);
    }
}
