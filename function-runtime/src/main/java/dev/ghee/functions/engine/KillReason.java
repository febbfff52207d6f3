package dev.ghee.functions.engine;

/** Why a process was ended before its time. */
public enum KillReason {
    /** Its code computed for longer than a call may. */
    CPU("used more processor time than a call may"),
    /** Its code took more memory than the app may. */
    MEMORY("used more memory than the app may"),
    /** It ended itself; with workerd that is a defect, or memory that V8 could not get. */
    CRASH("ended unexpectedly"),
    /** It no longer answered. */
    UNRESPONSIVE("stopped answering");

    private final String text;

    KillReason(String text) {
        this.text = text;
    }

    /** Such as "used more memory than the app may". */
    public String text() {
        return text;
    }
}
