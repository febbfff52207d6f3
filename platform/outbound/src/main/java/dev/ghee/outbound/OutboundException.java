package dev.ghee.outbound;

import org.jspecify.annotations.Nullable;

/** A call that gave no answer. Its message is for logs, not for customers: it may tell what an inner name resolves to. */
public final class OutboundException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    OutboundException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    OutboundException(Reason reason, String message) {
        this(reason, message, null);
    }

    /** What went wrong; a customer may be told. */
    public enum Reason {
        /** No absolute URL with a host, another scheme than https, or credentials in it. */
        INVALID_URL,
        /** The name leads nowhere on the public internet. */
        REFUSED_ADDRESS,
        UNKNOWN_HOST,
        UNREACHABLE,
        TIMED_OUT,
        TOO_LARGE,
        TOO_MANY_REDIRECTS
    }

    public Reason reason() {
        return reason;
    }
}
