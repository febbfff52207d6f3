package dev.ghee.edge;

import dev.ghee.edge.forward.Replicas;
import dev.ghee.edge.forward.Traffic;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** What the event loops share. */
final class EdgeState {
    final Traffic traffic = new Traffic();
    final AtomicInteger connections = new AtomicInteger();
    final Map<String, Replicas> services;

    /** The port bound, the same for all; known once they are deployed. */
    volatile int port;

    EdgeState(Map<String, List<URI>> backends) {
        Map<String, Replicas> known = new HashMap<>();
        backends.forEach((service, addresses) -> known.put(service, new Replicas(addresses)));
        this.services = Map.copyOf(known);
    }
}
