package dev.ghee.realtime.subscription;

import dev.ghee.realtime.change.Position;
import io.netty.buffer.ByteBuf;

/** Decides whether a frame of a subscription may go out now. Called by the thread that delivers. */
public interface Gate {
    Gate OPEN = (_, _, _) -> true;

    /**
     * Whether the frame goes out now. A gate that wants it later retains it.
     *
     * @param xid of the change's transaction, the lower 32 bits
     */
    boolean passes(Position position, int xid, ByteBuf frame);
}
