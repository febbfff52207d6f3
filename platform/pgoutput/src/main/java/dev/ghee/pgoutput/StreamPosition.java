package dev.ghee.pgoutput;

/**
 * Where a message stands relative to stream blocks, which decides whether it carries an xid. The only thing a reader
 * has to remember between two messages; without {@code streaming 'on'} it is always {@link #OUTSIDE}.
 */
public enum StreamPosition {
    /** Between blocks, where each session starts. */
    OUTSIDE,
    /** After {@link WalMessage.StreamStart} and up to {@link WalMessage.StreamStop}. */
    INSIDE;

    /** The position of the message that follows {@code message}. */
    public StreamPosition after(WalMessage message) {
        return switch (message) {
            case WalMessage.StreamStart _ -> INSIDE;
            case WalMessage.StreamStop _ -> OUTSIDE;
            case WalMessage.Begin _,
                    WalMessage.Commit _,
                    WalMessage.Origin _,
                    WalMessage.Content _,
                    WalMessage.Streamed _,
                    WalMessage.StreamCommit _,
                    WalMessage.StreamAbort _ -> this;
        };
    }
}
