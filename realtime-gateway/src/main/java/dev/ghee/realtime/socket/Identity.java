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
 * @param expiresAt when the credential ends by itself
 */
record Identity(
        AppState app, Viewer viewer, Optional<String> userId, Optional<String> keyId, Optional<Instant> expiresAt) {}
