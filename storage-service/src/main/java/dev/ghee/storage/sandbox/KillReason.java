package dev.ghee.storage.sandbox;

/** Why a program was ended from outside. */
public enum KillReason {
    TIME("ran longer than it may"),
    MEMORY("used more memory than it may"),
    DISK("wrote more files than it may"),
    CANCELED("was canceled"),
    SHUTDOWN("was interrupted by a restart of the service");

    private final String text;

    KillReason(String text) {
        this.text = text;
    }

    /** Goes on after "the build …". */
    public String text() {
        return text;
    }
}
