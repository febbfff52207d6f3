package dev.ghee.functions.function;

import java.time.Duration;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What calls a function. A function has at most one trigger of each type; only enabled ones appear here. */
public sealed interface Trigger {
    /**
     * Calls over HTTP.
     *
     * @param method the one method that is served, in upper case; null for all
     * @param path of the function's own, kept for clients; calls come to {@code /fn/<name>} and below
     */
    record Http(
            Auth auth, @Nullable String method, @Nullable String path) implements Trigger {}

    /** Who may call over HTTP. */
    enum Auth {
        /** Signed-in users only, or a key that acts as one. */
        REQUIRED,
        /** Everybody; whoever is signed in is known. */
        OPTIONAL,
        /** Everybody. */
        NONE;

        static Optional<Auth> ofWireName(String name) {
            return switch (name) {
                case "required" -> Optional.of(REQUIRED);
                case "optional" -> Optional.of(OPTIONAL);
                case "none" -> Optional.of(NONE);
                default -> Optional.empty();
            };
        }

        /** As the REST API writes it. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Calls at times.
     *
     * @param schedule five fields: minute, hour, day of month, month, day of week
     */
    record Cron(String schedule, ZoneId timezone) implements Trigger {}

    /**
     * Calls by others who sign what they send.
     *
     * @param secret of the signature
     * @param signatureHeader in lower case; for {@link Provider#CUSTOM} only
     * @param tolerance greatest age of what a provider signs with its time
     * @param idempotencyKeyHeader in lower case; null when the provider's own id or nothing tells repeats
     */
    record Webhook(
            Provider provider,
            String secret,
            String signatureHeader,
            Duration tolerance,
            @Nullable String idempotencyKeyHeader)
            implements Trigger {
        @Override
        public String toString() {
            return "Webhook[" + provider + "]";
        }
    }

    /** How a webhook's calls are signed. */
    enum Provider {
        STRIPE,
        GITHUB,
        CUSTOM
    }

    /** Calls by frames of this event on the app's sockets. */
    record Websocket(String event) implements Trigger {}

    /**
     * Calls for objects that were stored.
     *
     * @param bucket accepted and kept for clients; an app has one store
     * @param prefix of the object's filename or key; empty for all
     */
    record Upload(@Nullable String bucket, String prefix) implements Trigger {
        /** Whether an object with this name and key is meant. */
        public boolean covers(String filename, String key) {
            return filename.startsWith(prefix) || key.startsWith(prefix);
        }
    }

    /**
     * Calls with messages of a queue.
     *
     * @param queue name of the queue
     * @param concurrency most messages in work at once
     * @param maxAttempts after so many failures a message is a dead letter
     */
    record Queue(String queue, int concurrency, int maxAttempts) implements Trigger {}
}
