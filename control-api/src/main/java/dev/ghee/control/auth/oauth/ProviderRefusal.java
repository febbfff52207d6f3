package dev.ghee.control.auth.oauth;

import org.jspecify.annotations.Nullable;

/**
 * A provider that cannot be reached, refuses, or says something that must not be believed. Its message is for the app's
 * owner, in the audit log: it holds no secret and nothing of our network. Clients get one general text.
 */
final class ProviderRefusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean unreachable;

    private ProviderRefusal(String message, boolean unreachable, @Nullable Throwable cause) {
        super(message, cause);
        this.unreachable = unreachable;
    }

    /** It answered, and not as it should have. */
    static ProviderRefusal because(String message) {
        return new ProviderRefusal(message, false, null);
    }

    static ProviderRefusal unreachable(String message, Throwable cause) {
        return new ProviderRefusal(message, true, cause);
    }

    boolean isUnreachable() {
        return unreachable;
    }

    String reason() {
        String message = getMessage();
        return message == null ? "unknown" : message;
    }
}
