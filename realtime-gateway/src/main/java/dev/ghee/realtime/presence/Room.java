package dev.ghee.realtime.presence;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ghee.contracts.PresenceState;
import dev.ghee.realtime.replica.ReplicaId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Who is present in one app, over all replicas, as the log says. Members whose replica is not alive are kept but
 * hidden: a replica may only look dead. Used under the lock of {@link PresenceRooms}.
 */
final class Room {
    private final Map<String, Present> present = new LinkedHashMap<>();
    /** Clients of this process whose joining was read from the log: those hear of the others. */
    private final Map<String, Member> listeners = new LinkedHashMap<>();

    /** @param hiddenSince nanoseconds; 0 while shown */
    private record Present(PresenceState state, boolean shown, long hiddenSince) {
        boolean of(ReplicaId replica) {
            return state.replicaId().equals(replica.value());
        }

        Present show() {
            return new Present(state, true, 0);
        }

        Present hide(long now) {
            return new Present(state, false, now);
        }
    }

    /** Takes a record of the log in and tells the listeners. */
    void put(PresenceState state, boolean shown, long now) {
        Present before = present.get(state.clientId());
        if (before != null && before.state().revision() >= state.revision()) {
            return;
        }
        var after = new Present(state, shown, shown ? 0 : now);
        present.put(state.clientId(), after);
        if (shown) {
            boolean known = before != null && before.shown();
            tell(state, known ? PresenceFrames.updated(state) : PresenceFrames.joined(state));
        }
    }

    /** Takes the record of its leaving in. */
    void remove(String clientId) {
        listeners.remove(clientId);
        Present before = present.remove(clientId);
        if (before != null && before.shown()) {
            tell(before.state(), PresenceFrames.left(before.state()));
        }
    }

    /** From now on this client of ours hears of the others. */
    void listen(Member member) {
        listeners.put(member.clientId(), member);
    }

    void deafen(String clientId) {
        listeners.remove(clientId);
    }

    /** The replica has ended, and its members with it. */
    void hide(ReplicaId replica, long now) {
        for (Present member : List.copyOf(present.values())) {
            if (member.shown() && member.of(replica)) {
                present.put(member.state().clientId(), member.hide(now));
                tell(member.state(), PresenceFrames.left(member.state()));
            }
        }
    }

    /** The replica lives, although it had looked dead. */
    void show(ReplicaId replica) {
        for (Present member : List.copyOf(present.values())) {
            if (!member.shown() && member.of(replica)) {
                present.put(member.state().clientId(), member.show());
                tell(member.state(), PresenceFrames.joined(member.state()));
            }
        }
    }

    private void tell(PresenceState about, ObjectNode frame) {
        List<Member> others = new ArrayList<>(listeners.size());
        listeners.forEach((clientId, member) -> {
            if (!clientId.equals(about.clientId())) {
                others.add(member);
            }
        });
        PresenceFrames.send(others, frame);
    }

    /** Everybody who is shown, but for the one who asks. */
    List<PresenceState> others(String clientId) {
        return present.values().stream()
                .filter(member -> member.shown() && !member.state().clientId().equals(clientId))
                .map(Present::state)
                .toList();
    }

    /** Whether the log has this client, shown or not. */
    boolean has(String clientId) {
        return present.containsKey(clientId);
    }

    int size() {
        return (int) present.values().stream().filter(Present::shown).count();
    }

    List<PresenceState> of(ReplicaId replica) {
        return present.values().stream()
                .filter(member -> member.of(replica))
                .map(Present::state)
                .toList();
    }

    /** Members whose replica has not been alive since then. */
    List<PresenceState> hiddenBefore(long then) {
        return present.values().stream()
                .filter(member -> !member.shown() && member.hiddenSince() - then < 0)
                .map(Present::state)
                .toList();
    }

    boolean isEmpty() {
        return present.isEmpty() && listeners.isEmpty();
    }
}
