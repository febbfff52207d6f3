package dev.ghee.pgoutput;

/**
 * Bytes that no server speaking pgoutput sends: cut short, left over, of an impossible length, or out of sequence. The
 * one failure of decoding. It never holds row data. The stream cannot be trusted after it: reconnect from the last
 * confirmed LSN; if it repeats there, the slot needs a resync.
 */
public final class MalformedWalException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message what is wrong with the bytes, without their content */
    public MalformedWalException(String message) {
        super(message);
    }

    /** @param message what is wrong with the bytes, without their content */
    public MalformedWalException(String message, Throwable cause) {
        super(message, cause);
    }
}
