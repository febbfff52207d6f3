package dev.ghee.realtime.presence;

import dev.ghee.realtime.subscription.Subscriber;
import java.util.Optional;

/**
 * A client that may take part in presence.
 *
 * @param clientId of the socket
 * @param userId of the signed-in user; empty for keys and anonymous clients
 */
public record Member(Subscriber subscriber, String clientId, Optional<String> userId) {}
