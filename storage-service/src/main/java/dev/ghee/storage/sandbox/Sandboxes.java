package dev.ghee.storage.sandbox;

import dev.ghee.outbound.GuardedSockets;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import javax.net.SocketFactory;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Where strangers' programs run. A machine that cannot keep them in is found out by trying, and then nothing runs at all.
 * Waits: for virtual threads.
 */
@ApplicationScoped
public class Sandboxes {
    private static final Logger LOG = Logger.getLogger(Sandboxes.class);
    private static final long TRIAL_SECONDS = 20;
    private static final int TLS_PORT = 443;
    private static final String PROXY = "http://127.0.0.1:3128";

    private final SandboxConfig config;
    private final GuardedSockets sockets;
    private final Semaphore free;
    private final BitSet slots = new BitSet();
    private final Set<SandboxJob> running = ConcurrentHashMap.newKeySet();
    private @Nullable Ready ready;
    private @Nullable String problem;

    Sandboxes(SandboxConfig config, GuardedSockets sockets) {
        this.config = config;
        this.sockets = sockets;
        this.free = new Semaphore(config.maxConcurrent(), true);
    }

    /**
     * What is needed to run something.
     *
     * @param lock held while this process lives: the directory's name alone does not say whether its owner does
     */
    private record Ready(Machine machine, Path directory, FileLock lock, Set<String> trusted) {}

    void stop(@Observes ShutdownEvent event) {
        running.forEach(job -> job.kill(KillReason.SHUTDOWN));
    }

    /** Why nothing can run here, or null when it can. Tried once. */
    public synchronized @Nullable String problem() {
        if (ready == null && problem == null) {
            try {
                Ready found = prepare();
                tryOut(found);
                ready = found;
            } catch (IOException | TimeoutException | ExecutionException e) {
                problem = "this machine allows no sandbox: " + e.getMessage();
                LOG.warnf(e, "Nothing can be built from source here");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return "interrupted";
            }
        }
        return problem;
    }

    private Ready prepare() throws IOException, InterruptedException {
        Path parent = config.directory()
                .orElseGet(() -> Path.of(System.getProperty("java.io.tmpdir"), "ghee-sandboxes"))
                .toAbsolutePath();
        OwnFolder.at(parent);
        deleteAbandoned(parent);
        Path own = Files.createTempDirectory(
                parent, "s", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        FileLock lock = FileChannel.open(own.resolve("lock"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)
                .lock();
        Machine machine = Machine.ours();
        Set<String> trusted = new HashSet<>(config.trustedHosts().orElse(List.of()));
        URI registry = URI.create(machine.registry());
        trusted.add(registry.getHost() + ":" + (registry.getPort() < 0 ? TLS_PORT : registry.getPort()));
        trusted.removeIf(String::isBlank);
        return new Ready(machine, own, lock, Set.copyOf(trusted));
    }

    /** Directories of processes that were killed. */
    private static void deleteAbandoned(Path parent) throws IOException {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(parent, "s*")) {
            for (Path directory : all) {
                if (abandoned(directory.resolve("lock"))) {
                    JobDirectory.delete(directory);
                }
            }
        }
    }

    private static boolean abandoned(Path lock) {
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
                FileLock taken = channel.tryLock()) {
            return taken != null;
        } catch (IOException | java.nio.channels.OverlappingFileLockException _) {
            // Not made yet, another user's, or ours.
            return false;
        }
    }

    private void tryOut(Ready found) throws IOException, InterruptedException, ExecutionException, TimeoutException {
        StringBuilder printed = new StringBuilder();
        try (JobDirectory directory = JobDirectory.create(found.directory(), config.maxConcurrent(), () -> {})) {
            directory.write("true", environment(found.machine(), Map.of()));
            JobEnd end = SandboxJob.start(
                            found.machine().command(directory, config), directory, config, printed::append)
                    .end()
                    .get(TRIAL_SECONDS, TimeUnit.SECONDS);
            if (!end.succeeded()) {
                throw new IOException(printed.isEmpty() ? "exit code " + end.exitCode() : printed.toString());
            }
        }
    }

    /** A directory, as soon as less than the allowed number of programs run. Fails where {@link #problem} says why. */
    public JobDirectory open() throws InterruptedException, IOException {
        Ready found = ready();
        free.acquire();
        int slot = takeSlot();
        try {
            return JobDirectory.create(found.directory(), slot, () -> giveBack(slot));
        } catch (IOException e) {
            giveBack(slot);
            throw e;
        }
    }

    private Ready ready() throws IOException {
        String why = problem();
        synchronized (this) {
            if (ready == null) {
                throw new IOException(why);
            }
            return ready;
        }
    }

    /** Of the Node that programs find. Fails where {@link #problem} says why. */
    public String nodeVersion() throws IOException {
        return ready().machine().version();
    }

    private synchronized int takeSlot() {
        int slot = slots.nextClearBit(0);
        slots.set(slot);
        return slot;
    }

    private void giveBack(int slot) {
        synchronized (this) {
            slots.clear(slot);
        }
        free.release();
    }

    /**
     * Runs a shell script in the directory's {@code src}. It ends at its first command that fails.
     *
     * @param environment besides what every program has
     * @param lines called for each printed line, on one thread
     */
    public SandboxJob start(
            JobDirectory directory, String script, Map<String, String> environment, Consumer<String> lines)
            throws IOException {
        Ready found = ready();
        SocketFactory guarded = sockets.trusting(found.trusted());
        EgressProxy proxy = EgressProxy.listen(
                directory.socket(),
                guarded,
                (host, port) ->
                        port == TLS_PORT || found.trusted().contains(host.toLowerCase(Locale.ROOT) + ":" + port),
                config.networkBytes());
        Files.setPosixFilePermissions(directory.socket(), PosixFilePermissions.fromString("rw-rw-rw-"));
        directory.write(script, environment(found.machine(), environment));
        SandboxJob job = SandboxJob.start(found.machine().command(directory, config), directory, config, lines);
        running.add(job);
        job.end().whenComplete((_, _) -> {
            running.remove(job);
            close(proxy);
        });
        return job;
    }

    private static void close(EgressProxy proxy) {
        try {
            proxy.close();
        } catch (IOException e) {
            LOG.debugf("Sandbox proxy not closed: %s", e.getMessage());
        }
    }

    private Map<String, String> environment(Machine machine, Map<String, String> more) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("NODE_OPTIONS", "--max-old-space-size=" + config.memoryBytes() * 3 / 4 / 1024 / 1024);
        String authorities = System.getenv("NODE_EXTRA_CA_CERTS");
        if (authorities != null && authorities.startsWith("/etc/ssl/")) {
            all.put("NODE_EXTRA_CA_CERTS", authorities);
        }
        all.putAll(more);
        // What the program cannot do without comes last.
        all.put("PATH", "/work/home/tools/bin:" + machine.path());
        all.put("HOME", "/work/home");
        all.put("TMPDIR", "/tmp");
        all.put("LANG", "C.UTF-8");
        all.put("CI", "true");
        all.put("npm_config_registry", machine.registry());
        all.put("npm_config_update_notifier", "false");
        all.put("npm_config_fund", "false");
        all.put("npm_config_audit", "false");
        all.put("COREPACK_NPM_REGISTRY", machine.registry());
        for (String name : List.of("HTTPS_PROXY", "https_proxy", "npm_config_https_proxy", "npm_config_proxy")) {
            all.put(name, PROXY);
        }
        return all;
    }
}
