package dev.ghee.control.domain;

import dev.ghee.contracts.AppId;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An app's claim to a name.
 *
 * @param token what whoever controls the name publishes; no secret
 * @param error why the last check failed, or null
 * @param primary whether it is the first name that the app held, of those that it holds
 */
record CustomDomain(
        UUID id,
        AppId appId,
        String hostname,
        Method method,
        String token,
        Status status,
        @Nullable String error,
        @Nullable Instant failingSince,
        @Nullable Instant checkedAt,
        boolean primary,
        Instant createdAt,
        Instant updatedAt) {

    /** How the name is proved; on the wire in lower case. */
    enum Method {
        /** The name leads to the app, or a file with the token is served under it. */
        HTTP,
        /** A TXT record holds the token. It also takes a name over from another app. */
        TXT;

        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** On the wire in lower case. */
    enum Status {
        /** Claimed, not proved. */
        PENDING,
        /** Held: the app is served under it. */
        ACTIVE,
        /** Never proved in time, or lost. */
        FAILED;

        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    String txtName() {
        return "_ghee-domain." + hostname;
    }

    String txtValue() {
        return "ghee-domain=" + token;
    }

    String httpUrl() {
        return "http://" + hostname + "/.well-known/ghee-domain/" + id;
    }
}
