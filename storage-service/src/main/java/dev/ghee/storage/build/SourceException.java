package dev.ghee.storage.build;

/** What was uploaded cannot be built. The message is for whoever uploaded it. */
final class SourceException extends Exception {
    private static final long serialVersionUID = 1L;

    SourceException(String message) {
        super(message);
    }

    SourceException(String message, Throwable cause) {
        super(message, cause);
    }
}
