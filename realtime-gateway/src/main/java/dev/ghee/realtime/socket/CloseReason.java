package dev.ghee.realtime.socket;

/** Why the server closes a socket. */
enum CloseReason {
    SHUTDOWN(1001, "Server shutdown"),
    AUTH_REQUIRED(1008, "Auth required"),
    AUTH_FAILED(1008, "Auth failed"),
    FRAME_TOO_LARGE(1009, "Frame too large"),
    TOO_MANY_FRAMES(1008, "Rate limit"),
    APP_PAUSED(1013, "App paused"),
    APP_NOT_READY(1013, "App not ready"),
    CONNECTION_LIMIT(1013, "Connection limit"),
    /** A service that the gateway needs did not answer: nothing is said about the credential. */
    UNAVAILABLE(1013, "Service unavailable"),
    SLOW_CONSUMER(1013, "Slow consumer"),
    INTERNAL(1011, "Internal error");

    private final short code;
    private final String text;

    CloseReason(int code, String text) {
        this.code = (short) code;
        this.text = text;
    }

    short code() {
        return code;
    }

    String text() {
        return text;
    }
}
