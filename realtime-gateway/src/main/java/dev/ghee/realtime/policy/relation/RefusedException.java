package dev.ghee.realtime.policy.relation;

import java.time.Duration;

/** A table's rows cannot be kept, for now. */
final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Duration retryAfter;

    /** @param reason in words for the app's owner: no SQL, no host */
    RefusedException(String reason, Duration retryAfter) {
        super(reason);
        this.retryAfter = retryAfter;
    }

    RefusedException(String reason, Duration retryAfter, Throwable cause) {
        super(reason, cause);
        this.retryAfter = retryAfter;
    }

    String reason() {
        return String.valueOf(getMessage());
    }

    Duration retryAfter() {
        return retryAfter;
    }
}
