package dev.ghee.realtime.presence;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ghee.contracts.AppId;
import dev.ghee.contracts.PresenceState;
import dev.ghee.realtime.replica.ReplicaId;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/** A client of this process that said it is here. Used under the lock of {@link PresenceRooms}. */
final class Tracker {
    private static final double NANOS = 1e9;

    private final AppId app;
    private final Member member;
    private final Deque<Pending> pending = new ArrayDeque<>();
    private JsonNode metadata;
    private double allowance;
    private long lastChange;

    /**
     * Something said that the log does not have yet.
     *
     * @param wantsState whether the client is told who else is here once the log has it
     * @param deadline nanoseconds
     */
    private record Pending(long revision, boolean wantsState, long deadline) {}

    Tracker(AppId app, Member member, JsonNode metadata, int burst, long now) {
        this.app = app;
        this.member = member;
        this.metadata = metadata;
        this.allowance = burst;
        this.lastChange = now;
    }

    AppId app() {
        return app;
    }

    Member member() {
        return member;
    }

    /** Whether the client may say something once more. */
    boolean allows(int perSecond, int burst, long now) {
        allowance = Math.min(burst, allowance + (now - lastChange) / NANOS * perSecond);
        lastChange = now;
        if (allowance < 1) {
            return false;
        }
        allowance--;
        return true;
    }

    /**
     * The next record of this client.
     *
     * @param revision greater than those of all its earlier records, also of those that were given up
     */
    PresenceState say(JsonNode now, long revision, boolean wantsState, ReplicaId replica, long deadline) {
        metadata = now;
        pending.add(new Pending(revision, wantsState, deadline));
        return new PresenceState(
                app,
                member.clientId(),
                member.userId().orElse(null),
                metadata,
                replica.value(),
                revision,
                Instant.now());
    }

    /** The same as it said last, because the log has lost it. */
    PresenceState repeat(long revision, ReplicaId replica, long deadline) {
        return say(metadata, revision, false, replica, deadline);
    }

    /** The log has everything up to this revision; tells whether the client waits for the state. */
    boolean logged(long upTo) {
        boolean wantsState = false;
        while (!pending.isEmpty() && pending.getFirst().revision() <= upTo) {
            wantsState |= pending.removeFirst().wantsState();
        }
        return wantsState;
    }

    /** This revision was not written; tells whether somebody still waited for it. */
    boolean failed(long what) {
        return pending.removeIf(waiting -> waiting.revision() == what);
    }

    /** Gives up what waited too long; tells whether there was any. */
    boolean overdue(long now) {
        return pending.removeIf(waiting -> now - waiting.deadline() > 0);
    }

    boolean idle() {
        return pending.isEmpty();
    }
}
