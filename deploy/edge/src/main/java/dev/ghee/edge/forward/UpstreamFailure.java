package dev.ghee.edge.forward;

import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.concurrent.TimeoutException;

/** What a client learns when a service gave no answer: 503 when nothing was sent to it, else 502 or 504. */
final class UpstreamFailure {
    private static final String RETRY_AFTER_SECONDS = "2";

    private UpstreamFailure() {}

    static GheeException of(String service, Throwable cause) {
        return switch (cause) {
            case ConnectException _, UnknownHostException _ -> unavailable(service + " is not reachable", cause);
            case ConnectionPoolTooBusyException _ -> unavailable(service + " is overloaded", cause);
            case TimeoutException _ -> failure(service + " did not answer in time", 504, cause);
            default -> failure(service + " broke off before it answered", 502, cause);
        };
    }

    static GheeException unavailable(String message, Throwable cause) {
        return failure(message, 503, cause).withHeader("retry-after", RETRY_AFTER_SECONDS);
    }

    private static GheeException failure(String message, int status, Throwable cause) {
        return new GheeException(ErrorCode.EXTERNAL_NETWORK_ERROR, message, cause).withStatus(status);
    }
}
