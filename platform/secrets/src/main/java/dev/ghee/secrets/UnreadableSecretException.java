package dev.ghee.secrets;

import org.jspecify.annotations.Nullable;

/** A sealed secret that the installation's key does not open: it was tampered with, or the key was replaced. */
public final class UnreadableSecretException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnreadableSecretException(String reason, @Nullable Throwable cause) {
        super("Sealed secret is unreadable: " + reason, cause);
    }
}
