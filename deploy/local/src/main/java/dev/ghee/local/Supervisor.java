package dev.ghee.local;

import dev.ghee.testkit.Component;
import dev.ghee.testkit.Endpoints;
import dev.ghee.testkit.OsProcess;
import dev.ghee.testkit.StackException;
import dev.ghee.testkit.StackHome;
import dev.ghee.testkit.Startup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Starts components as soon as those they need are up, then starts each again that dies. One virtual thread watches
 * each component; the endpoints file always tells the processes that run now.
 */
final class Supervisor {
    private final StackHome home;
    private final Set<String> services;
    private final StackEvents events;
    private final Endpoints.Entry launcher;
    private final Map<String, Endpoints.Entry> running = new ConcurrentHashMap<>();
    private final List<Thread> watchers = new CopyOnWriteArrayList<>();
    private volatile boolean stopping;

    /**
     * A component with the names of those that must be up before it is started.
     *
     * @param after names of other parts
     */
    record Part(Component component, List<String> after) {}

    /** @param services names of the parts that serve clients, and that {@link #stop} ends before all others */
    Supervisor(StackHome home, Set<String> services, StackEvents events) {
        this.home = home;
        this.services = Set.copyOf(services);
        this.events = events;
        OsProcess self = OsProcess.current(home.log(StackHome.LAUNCHER));
        this.launcher = new Endpoints.Entry(self, Map.of());
    }

    /**
     * Returns when every part is up.
     *
     * @throws StackException for the first part that cannot start; everything started is stopped again
     */
    void start(List<Part> parts) {
        Map<String, CountDownLatch> up = parts.stream()
                .collect(Collectors.toMap(part -> part.component().name(), part -> new CountDownLatch(1)));
        Map<Component, List<String>> after = parts.stream().collect(Collectors.toMap(Part::component, Part::after));
        try {
            Startup.all(parts.stream().map(Part::component).toList(), component -> {
                for (String needed : after.getOrDefault(component, List.of())) {
                    awaitUp(up, needed);
                }
                Instant begin = Instant.now();
                events.starting(component.name());
                OsProcess process = Startup.start(component, home);
                running.put(component.name(), new Endpoints.Entry(process, component.endpoint()));
                events.up(component.name(), Duration.between(begin, Instant.now()));
                latch(up, component.name()).countDown();
                return process;
            });
        } catch (StackException e) {
            stop();
            throw e;
        }
        writeEndpoints();
        for (Part part : parts) {
            watchers.add(Thread.startVirtualThread(() -> watch(part.component())));
        }
    }

    private static CountDownLatch latch(Map<String, CountDownLatch> up, String name) {
        CountDownLatch latch = up.get(name);
        if (latch == null) {
            throw new IllegalArgumentException("no part " + name);
        }
        return latch;
    }

    /** Fails when the needed part did not come up within its own limit, which its own failure then explains. */
    private static void awaitUp(Map<String, CountDownLatch> up, String needed) throws InterruptedException {
        if (!latch(up, needed).await(150, TimeUnit.SECONDS)) {
            throw new StackException(needed, "did not come up");
        }
    }

    private void watch(Component component) {
        BackOff backOff = BackOff.fresh();
        try {
            while (!stopping) {
                Instant begin = Instant.now();
                awaitEnd(component.name());
                if (stopping) {
                    return;
                }
                backOff = restart(component, backOff.afterDeath(Duration.between(begin, Instant.now())));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitEnd(String component) throws InterruptedException {
        while (true) {
            Endpoints.Entry entry = running.get(component);
            if (entry == null || !entry.process().alive()) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(200);
        }
    }

    private BackOff restart(Component component, BackOff afterDeath) throws InterruptedException {
        BackOff backOff = afterDeath;
        events.died(component.name(), backOff.delay());
        while (true) {
            Thread.sleep(backOff.delay());
            Instant begin = Instant.now();
            try {
                OsProcess process = Startup.start(component, home);
                running.put(component.name(), new Endpoints.Entry(process, component.endpoint()));
                if (stopping) {
                    process.kill();
                    return backOff;
                }
                writeEndpoints();
                events.restarted(component.name(), Duration.between(begin, Instant.now()));
                return backOff;
            } catch (StackException | IOException e) {
                backOff = backOff.afterDeath(Duration.ZERO);
                events.restartFailed(component.name(), String.valueOf(e.getMessage()), backOff.delay());
            }
        }
    }

    private synchronized void writeEndpoints() {
        if (!stopping) {
            Map<String, Endpoints.Entry> all = new TreeMap<>(running);
            all.put(StackHome.LAUNCHER, launcher);
            new Endpoints(all).write(home.endpointsFile());
        }
    }

    /** Stops all: first what serves clients, then what that needs. Safe to call twice. */
    void stop() {
        synchronized (this) {
            stopping = true;
        }
        watchers.forEach(Thread::interrupt);
        Map<String, OsProcess> all = new TreeMap<>(home.running());
        Map<String, OsProcess> first = new TreeMap<>(all);
        first.keySet().retainAll(services);
        Startup.stopAll(first);
        Startup.stopAll(all);
        try {
            Files.deleteIfExists(home.endpointsFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
