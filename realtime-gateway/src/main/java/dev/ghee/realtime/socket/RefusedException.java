package dev.ghee.realtime.socket;

/** A client may not connect, or not any longer. The message is for the client. */
final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final CloseReason reason;

    RefusedException(CloseReason reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    /** What a client is told of any failure. */
    static RefusedException of(Throwable failure) {
        return failure instanceof RefusedException refused
                ? refused
                : new RefusedException(CloseReason.INTERNAL, "Something went wrong on our side");
    }

    CloseReason reason() {
        return reason;
    }

    String text() {
        String text = getMessage();
        return text == null ? reason.text() : text;
    }
}
