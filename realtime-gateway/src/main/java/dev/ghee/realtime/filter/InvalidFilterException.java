package dev.ghee.realtime.filter;

import org.jspecify.annotations.Nullable;

/** A filter that cannot be served. The message is for the client. */
public final class InvalidFilterException extends Exception {
    private static final long serialVersionUID = 1L;

    /** @param message for the client */
    public InvalidFilterException(String message) {
        super(message, null, false, false);
    }

    /** For the client. */
    public String text() {
        @Nullable String message = getMessage();
        return message == null ? "Invalid filter" : message;
    }
}
