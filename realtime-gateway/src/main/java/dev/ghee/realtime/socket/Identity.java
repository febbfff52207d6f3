package dev.ghee.realtime.socket;

import dev.ghee.contracts.AppState;
import dev.ghee.realtime.subscription.Viewer;
import java.time.Instant;
import java.util.Optional;

/**
 * Who a socket acts for.
 *
 * @param userId of a signed-in user
 * @param keyId of an API key
 * @param credential how long it may
 */
record Identity(AppState app, Viewer viewer, Optional<String> userId, Optional<String> keyId, Credential credential) {

    /**
     * A credential's life.
     *
     * @param issuedAt to the second; empty when the credential does not say
     * @param sessionId that a token belongs to
     * @param expiresAt when the credential ends by itself
     */
    record Credential(Optional<Instant> issuedAt, Optional<String> sessionId, Optional<Instant> expiresAt) {
        static final Credential ENDLESS = until(Optional.empty());

        static Credential until(Optional<Instant> expiresAt) {
            return new Credential(Optional.empty(), Optional.empty(), expiresAt);
        }
    }

    /** Whether the other one is the same person, or also an administrator, of the same app. */
    boolean isSameCallerAs(Identity other) {
        return app.appId().equals(other.app().appId())
                && viewer.role() == other.viewer().role()
                && userId.equals(other.userId());
    }
}
