package dev.ghee.testkit;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** Starting components and waiting until they serve. */
public final class Startup {
    private static final long PROBE_INTERVAL_MILLIS = 50;

    private Startup() {}

    /** Brings one component up and says which process it is. */
    public interface Starter {
        OsProcess start(Component component) throws IOException, InterruptedException;
    }

    /** Brings all up at the same time; when any fails, fails with the first failure once the others are settled. */
    public static Map<String, Endpoints.Entry> all(List<Component> components, Starter starter) {
        Map<String, Endpoints.Entry> entries = new ConcurrentHashMap<>();
        ConcurrentLinkedQueue<StackException> failures = new ConcurrentLinkedQueue<>();
        List<Thread> threads = components.stream()
                .map(component -> Thread.startVirtualThread(() -> {
                    try {
                        OsProcess process = starter.start(component);
                        entries.put(component.name(), new Endpoints.Entry(process, component.endpoint()));
                    } catch (StackException e) {
                        failures.add(e);
                    } catch (IOException | RuntimeException e) {
                        failures.add(new StackException(component.name(), String.valueOf(e.getMessage()), null, e));
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }))
                .toList();
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                threads.forEach(Thread::interrupt);
                Thread.currentThread().interrupt();
                throw new StackException("stack", "interrupted while starting", null, e);
            }
        }
        StackException failure = failures.poll();
        if (failure != null) {
            throw failure;
        }
        return entries;
    }

    /**
     * Starts one component and waits until it is healthy.
     *
     * @throws StackException with the end of its log when it exits or is not healthy within its limit
     */
    public static OsProcess start(Component component, java.nio.file.Path log) throws IOException, InterruptedException {
        component.prepare();
        OsProcess process = OsProcess.start(component, log);
        if (awaitHealthy(component, process, component.startLimit())) {
            return process;
        }
        String reason = process.alive()
                ? "not healthy after " + component.startLimit().toSeconds() + " s"
                : "exited while starting";
        process.kill();
        throw new StackException(component.name(), reason + "\n" + process.logTail(15).indent(4), log, null);
    }

    /** Whether the process answers before the limit; false at once when it ends. */
    public static boolean awaitHealthy(Component component, OsProcess process, Duration limit)
            throws InterruptedException {
        Instant end = Instant.now().plus(limit);
        while (process.alive() && Instant.now().isBefore(end)) {
            if (component.healthy()) {
                return true;
            }
            TimeUnit.MILLISECONDS.sleep(PROBE_INTERVAL_MILLIS);
        }
        return false;
    }
}
