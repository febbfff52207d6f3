package dev.ghee.realtime.policy.compiler;

/** A policy says something that is not known to mean the same here; the message tells its author what. */
final class NotCompilableException extends Exception {
    private static final long serialVersionUID = 1L;

    NotCompilableException(String reason) {
        super(reason, null, false, false);
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
