package dev.ghee.pgoutput.value;

/** Rendering needed more bytes than its {@link ByteSink} may hold. The sink's content is then incomplete. */
public final class SinkFullException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SinkFullException(int maxBytes) {
        super("rendering exceeds " + maxBytes + " bytes");
    }
}
