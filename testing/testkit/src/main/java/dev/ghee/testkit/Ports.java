package dev.ghee.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * The stack's ports on loopback: free ones, kept across restarts of a home as long as nobody else took them, so that
 * a client survives the restart of one component. Not thread-safe.
 */
public final class Ports {
    // Below the range from which systems take ports for outgoing connections: nothing takes one of these between our
    // test and the component's bind.
    private static final int FIRST = 15_000;
    private static final int LAST = 32_000;
    private static final int ATTEMPTS = 1_000;

    private final Map<String, Integer> byName;
    private final Random random = new Random();

    public Ports(Map<String, Integer> recorded) {
        byName = new TreeMap<>(recorded);
    }

    /** The port recorded under this name; picks a free one the first time. */
    public int of(String name) {
        return byName.computeIfAbsent(name, ignored -> pick());
    }

    /** As {@link #of}, but gives up a recorded port that another process holds now. */
    public int freeOf(String name) {
        Integer recorded = byName.get(name);
        if (recorded != null && !free(recorded)) {
            byName.remove(name);
        }
        return of(name);
    }

    public Map<String, Integer> asMap() {
        return Map.copyOf(byName);
    }

    private int pick() {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int port = random.nextInt(FIRST, LAST);
            if (!byName.containsValue(port) && free(port)) {
                return port;
            }
        }
        throw new StackException("ports", "no free port between " + FIRST + " and " + LAST);
    }

    private static boolean free(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
