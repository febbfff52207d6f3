package dev.ghee.realtime.slot;

/** The slot is gone, or the server discarded what it should have kept: changes are missing for good. */
public final class SlotLostException extends Exception {
    private static final long serialVersionUID = 1L;

    public SlotLostException(String message) {
        super(message);
    }

    SlotLostException(String message, Throwable cause) {
        super(message, cause);
    }
}
