package dev.ghee.control.auth.user;

import dev.ghee.contracts.AppState;
import dev.ghee.contracts.Topics;
import dev.ghee.contracts.UserEvent;
import dev.ghee.contracts.UserEvent.Kind;
import dev.ghee.control.auth.store.Waiting;
import dev.ghee.control.outbox.Outbox;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Tells the other services of users whose tokens have become void, so that what they serve over a long time ends. Kept
 * in the control database until Kafka has it. Waits: call from a virtual thread. Fails with {@code EXTERNAL_DB_ERROR};
 * the request then fails, and doing it once more tells again.
 */
@ApplicationScoped
public class UserEvents {
    /** Most sessions named in one event; the tokens of older ones were issued before it anyhow. */
    private static final int MAX_SESSIONS = 200;

    private final Outbox outbox;

    UserEvents(Outbox outbox) {
        this.outbox = outbox;
    }

    /** To be called before the account is deleted: should this process die in between, nothing is missed. */
    void deleted(AppState app, UUID user) {
        tell(app, user, Kind.DELETED, List.of());
    }

    /** The account may not be used for now; all of its sessions have ended. */
    void suspended(AppState app, UUID user, Collection<UUID> sessions) {
        tell(app, user, Kind.SUSPENDED, sessions);
    }

    /** All of the user's sessions have ended, these among them. */
    public void signedOutEverywhere(AppState app, UUID user, Collection<UUID> sessions) {
        tell(app, user, Kind.SIGNED_OUT_EVERYWHERE, sessions);
    }

    /** These sessions have ended, and no others. */
    public void sessionsEnded(AppState app, UUID user, Collection<UUID> sessions) {
        tell(app, user, Kind.SESSIONS_ENDED, sessions);
    }

    private void tell(AppState app, UUID user, Kind kind, Collection<UUID> sessions) {
        var event = new UserEvent(
                app.appId(),
                user.toString(),
                kind,
                Instant.now(),
                sessions.stream().limit(MAX_SESSIONS).map(UUID::toString).toList());
        // Each event stands for itself: none replaces another that still waits.
        String key = app.appId() + ":" + user + ":" + UUID.randomUUID();
        Waiting.on(() ->
                outbox.transaction((Mutiny.Session session) -> outbox.put(session, Topics.USER_EVENTS, key, 1, event)));
    }
}
