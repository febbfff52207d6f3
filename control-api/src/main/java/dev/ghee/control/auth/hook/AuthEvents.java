package dev.ghee.control.auth.hook;

import dev.ghee.contracts.AppState;
import dev.ghee.contracts.AuthEvent;
import dev.ghee.contracts.Topics;
import dev.ghee.control.app.App;
import dev.ghee.control.app.AppStates;
import dev.ghee.control.auth.Background;
import dev.ghee.control.auth.store.Waiting;
import dev.ghee.control.auth.user.User;
import dev.ghee.control.outbox.Outbox;
import dev.ghee.errors.GheeException;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;

/**
 * Puts sign-ups and sign-ins on {@code ghee.functions} for apps that have a function to hear of them. After the answer:
 * no sign-in waits for it or fails with it. Kept in the control database until Kafka has it; what is lost is what a
 * process that is killed had not yet written there.
 */
@ApplicationScoped
public class AuthEvents {
    private static final Logger LOG = Logger.getLogger(AuthEvents.class);

    private final AppStates apps;
    private final Outbox outbox;
    private final Background background;

    AuthEvents(AppStates apps, Outbox outbox, Background background) {
        this.apps = apps;
        this.outbox = outbox;
        this.background = background;
    }

    /** What somebody did. */
    public enum Kind {
        SIGNUP("signup"),
        LOGIN("login"),
        MAGIC_LINK_LOGIN("magic_link_login"),
        OAUTH_LOGIN("oauth_login"),
        PASSKEY_LOGIN("passkey_login"),
        ANONYMOUS_LOGIN("anonymous_login");

        private final String event;

        Kind(String event) {
            this.event = event;
        }
    }

    /**
     * Never waits and never fails.
     *
     * @param provider how the user signed in: {@code email}, or a provider's name
     */
    public void tell(AppState app, User user, Kind kind, String provider, boolean newUser) {
        Instant now = Instant.now();
        try {
            background.run("auth hook", () -> put(app, user, kind, provider, newUser, now));
        } catch (GheeException e) {
            LOG.warnf("Auth event lost, too many wait: app=%s event=%s", app.appId(), kind.event);
        }
    }

    private void put(AppState app, User user, Kind kind, String provider, boolean newUser, Instant at) {
        String function = Waiting.on(() -> apps.get(app.appId()).map(App::authHookFunctionName));
        if (function.isEmpty()) {
            return;
        }
        String id = UUID.randomUUID().toString();
        var told = new AuthEvent.User(
                user.id().toString(), user.email(), user.provider(), user.displayName(), user.avatarUrl());
        var event = new AuthEvent(
                id, app.appId(), function, at, new AuthEvent.Payload(kind.event, told, newUser, provider));
        // Each event stands for itself: none replaces another that still waits.
        String key = app.appId() + ":" + user.id() + ":" + id;
        Waiting.on(() ->
                outbox.transaction((Mutiny.Session session) -> outbox.put(session, Topics.FUNCTIONS, key, 1, event)));
    }
}
