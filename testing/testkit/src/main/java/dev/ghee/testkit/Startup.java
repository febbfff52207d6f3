package dev.ghee.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Starting components and waiting until they serve. */
public final class Startup {
    // Long enough for Kafka and Postgres to flush, and for a JVM to write its class archive after its first run.
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
    private static final long PROBE_INTERVAL_MILLIS = 50;

    private Startup() {}

    /** Brings one component up and says which process it is. */
    public interface Starter {
        OsProcess start(Component component) throws IOException, InterruptedException;
    }

    /** Brings all up at the same time; when one fails, interrupts the others and fails with that failure. */
    public static Map<String, Endpoints.Entry> all(List<Component> components, Starter starter) {
        Map<String, Endpoints.Entry> entries = new TreeMap<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var started = new ExecutorCompletionService<Map.Entry<String, Endpoints.Entry>>(threads);
            for (Component component : components) {
                started.submit(() -> Map.entry(
                        component.name(), new Endpoints.Entry(startNamed(component, starter), component.endpoint())));
            }
            try {
                for (int i = 0; i < components.size(); i++) {
                    Map.Entry<String, Endpoints.Entry> entry = started.take().get();
                    entries.put(entry.getKey(), entry.getValue());
                }
            } catch (ExecutionException e) {
                threads.shutdownNow();
                throw e.getCause() instanceof StackException failure
                        ? failure
                        : new StackException("stack", String.valueOf(e.getCause()), null, e);
            } catch (InterruptedException e) {
                threads.shutdownNow();
                Thread.currentThread().interrupt();
                throw new StackException("stack", "interrupted while starting", null, e);
            }
        }
        return entries;
    }

    private static OsProcess startNamed(Component component, Starter starter) throws InterruptedException {
        try {
            return starter.start(component);
        } catch (IOException | UncheckedIOException e) {
            throw new StackException(component.name(), String.valueOf(e.getMessage()), null, e);
        }
    }

    /**
     * Starts one component and waits until it is healthy.
     *
     * @throws StackException with the end of its log when it exits or is not healthy within its limit
     */
    public static OsProcess start(Component component, StackHome home) throws IOException, InterruptedException {
        Path log = home.log(component.name());
        component.prepare();
        OsProcess process = OsProcess.start(component, log);
        // Before it is healthy: a launcher killed meanwhile must not leave a process nobody knows of.
        home.record(component.name(), process);
        if (awaitHealthy(component, process, component.startLimit())) {
            return process;
        }
        String reason = process.alive()
                ? "not healthy after " + component.startLimit().toSeconds() + " s"
                : "exited while starting";
        process.kill();
        throw new StackException(
                component.name(), reason + "\n" + process.logTail(15).indent(4), log, null);
    }

    /** Asks all to end at the same time and waits until they have; past its limit a process is killed. */
    public static void stopAll(Map<String, OsProcess> processes) {
        List<Thread> stops = processes.entrySet().stream()
                .map(entry -> Thread.startVirtualThread(() -> {
                    try {
                        stop(entry.getKey(), entry.getValue());
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }))
                .toList();
        for (Thread stop : stops) {
            try {
                stop.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    static void stop(String component, OsProcess process) throws InterruptedException {
        // Postgres takes TERM as leave to wait for its clients; INT is its fast shutdown.
        process.stop(component.startsWith("postgres.") ? "INT" : "TERM", STOP_LIMIT);
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
