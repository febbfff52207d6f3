package dev.ghee.storage.hosting.archive;

/** What was uploaded cannot become a site. The message is for whoever uploaded it. */
public final class InvalidSiteException extends Exception {
    private static final long serialVersionUID = 1L;

    public InvalidSiteException(String message) {
        super(message);
    }

    public InvalidSiteException(String message, Throwable cause) {
        super(message, cause);
    }
}
