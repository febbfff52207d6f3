package dev.ghee.realtime.subscription;

import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.concurrent.Executor;

/** A client that changes can be sent to. */
public interface Subscriber {
    /** Where {@link #send} has to be called; subscribers of one event loop share it. */
    Executor loop();

    /**
     * Sends encoded frames, in this order, in one go, or none when the client is closed or too slow. Releases them in
     * any case.
     */
    void send(List<ByteBuf> frames);

    /** Bytes that wait for the client to read, about. From any thread. */
    long queuedBytes();
}
