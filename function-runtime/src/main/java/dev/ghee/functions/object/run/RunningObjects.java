package dev.ghee.functions.object.run;

import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** An app's process with what it was made of, and what goes on in it. Safe for any thread. */
public final class RunningObjects {
    private static final Duration DRAIN_STEP = Duration.ofMillis(5);

    private final Definition definition;
    private final ObjectProcess process;
    private final SocketAddress address;
    private final ObjectsConfig config;
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger sockets = new AtomicInteger();
    private final AtomicLong served = new AtomicLong();
    private volatile long lastUseNanos = System.nanoTime();
    private volatile boolean ending;

    RunningObjects(Definition definition, ObjectProcess process, ObjectsConfig config) {
        this.definition = definition;
        this.process = process;
        this.config = config;
        this.address = process.address();
    }

    public SocketAddress address() {
        return address;
    }

    /** The class of that name, or null. */
    public Definition.@Nullable Served find(String name) {
        return definition.classes().get(name);
    }

    /** False once it is being ended; then it is to be asked for again. */
    boolean usable() {
        return !ending && process.alive();
    }

    ObjectProcess process() {
        return process;
    }

    /**
     * Counts a request, or a socket, until {@link #leave} is called with the same. False when the process is being ended.
     * Fails with {@code SERVICE_BUSY} when there are too many.
     */
    public boolean enter(boolean socket) {
        AtomicInteger count = socket ? sockets : requests;
        if (count.incrementAndGet() > (socket ? config.maxSockets() : config.maxRequests())) {
            count.decrementAndGet();
            throw new GheeException(ErrorCode.SERVICE_BUSY, "The app's objects have too much to do")
                    .withHeader("Retry-After", "1");
        }
        // Counted before it is looked at, so that whoever ends the process either sees us or is seen.
        if (!usable()) {
            count.decrementAndGet();
            return false;
        }
        served.incrementAndGet();
        lastUseNanos = System.nanoTime();
        return true;
    }

    public void leave(boolean socket) {
        (socket ? sockets : requests).decrementAndGet();
        lastUseNanos = System.nanoTime();
    }

    /** How long nothing has been going on. */
    Duration idle() {
        return requests.get() > 0 || sockets.get() > 0
                ? Duration.ZERO
                : Duration.ofNanos(System.nanoTime() - lastUseNanos);
    }

    /** Requests since it was asked last. */
    long takeServed() {
        return served.getAndSet(0);
    }

    /** Lets requests end that have begun, for so long at most, and ends the process. Sockets are closed by that. */
    void end(Duration patience) {
        ending = true;
        long end = System.nanoTime() + patience.toNanos();
        try {
            while (requests.get() > 0 && process.alive() && System.nanoTime() < end) {
                Thread.sleep(DRAIN_STEP);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.kill();
    }
}
