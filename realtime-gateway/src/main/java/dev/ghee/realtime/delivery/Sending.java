package dev.ghee.realtime.delivery;

import dev.ghee.realtime.subscription.Subscriber;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;

/** Frames for one subscriber alone. */
final class Sending {
    private Sending() {}

    /** Sends on the subscriber's event loop, after what it was given before. */
    static void send(Subscriber subscriber, List<ByteBuf> frames) {
        if (frames.isEmpty()) {
            return;
        }
        try {
            subscriber.loop().execute(() -> subscriber.send(frames));
        } catch (RejectedExecutionException e) {
            frames.forEach(ByteBuf::release);
        }
    }
}
