package dev.ghee.functions.engine;

import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;

/** What a call can fail with before its function answers. */
final class Refusals {
    private Refusals() {}

    static GheeException appIsFull() {
        return new GheeException(
                        ErrorCode.FUNCTION_CONCURRENCY_LIMIT, "Too many calls of this app's functions are in progress")
                .withHeader("Retry-After", "1");
    }

    static GheeException tooManySockets() {
        return new GheeException(ErrorCode.FUNCTION_CONCURRENCY_LIMIT, "Too many WebSockets of this app are open")
                .withHeader("Retry-After", "30");
    }

    static GheeException allFull() {
        return new GheeException(ErrorCode.SERVICE_BUSY, "Too many functions are running")
                .withHeader("Retry-After", "1");
    }

    static GheeException backingOff(long seconds) {
        return new GheeException(
                        ErrorCode.SERVICE_BUSY,
                        "This app's functions were ended several times in a row for what they did; they rest for a while")
                .withHeader("Retry-After", Long.toString(Math.max(1, seconds)));
    }

    static GheeException noProcess(Throwable cause) {
        return new GheeException(ErrorCode.SERVICE_BUSY, "The function's process cannot be started", cause)
                .withHeader("Retry-After", "5");
    }

    static GheeException timeout(CallLimits limits) {
        return new GheeException(
                ErrorCode.FUNCTION_TIMEOUT,
                "The function did not answer within " + limits.wallTime().toMillis() + " ms");
    }

    static GheeException killed(KillReason reason, String detail) {
        return new GheeException(
                ErrorCode.FUNCTION_KILLED, "The app's function process " + reason.text() + ": " + detail);
    }

    static GheeException loadFailed(String message) {
        return new GheeException(ErrorCode.FUNCTION_LOAD_FAILED, message);
    }

    static GheeException connectionLost(Throwable cause) {
        return new GheeException(
                ErrorCode.FUNCTION_KILLED, "The function's process closed the connection before it answered", cause);
    }
}
