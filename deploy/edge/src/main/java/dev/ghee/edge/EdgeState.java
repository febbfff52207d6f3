package dev.ghee.edge;

import dev.ghee.edge.forward.Traffic;
import java.util.concurrent.atomic.AtomicInteger;

/** What the event loops share. */
final class EdgeState {
    final Traffic traffic = new Traffic();
    final AtomicInteger connections = new AtomicInteger();

    /** The port bound, the same for all; known once they are deployed. */
    volatile int port;
}
