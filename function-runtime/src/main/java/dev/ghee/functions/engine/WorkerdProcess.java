package dev.ghee.functions.engine;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.net.SocketAddress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** A running workerd. Its directory goes with it. All methods may be called by any thread and never block. */
public final class WorkerdProcess {
    private static final Logger LOG = Logger.getLogger(WorkerdProcess.class);
    /** Memory that workerd reserves when it starts, most of it never used; measured. */
    private static final int RESERVED_MEGABYTES = 600;
    /**
     * The shell sets what is inherited and becomes workerd. Control messages leave through descriptor 3; what code logs
     * itself goes nowhere, as it is kept elsewhere. The priority leaves the processor to this service.
     */
    private static final String LAUNCH =
            "ulimit -c 0; ulimit -d \"$1\"; exec nice -n 5 \"$2\" serve --experimental --control-fd=3 \"$3\""
                    + " 3>&1 1>/dev/null 2>&3 0</dev/null";

    private static final String LISTENING = "{\"event\":\"listen\"";
    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);
    private static final int READER_STACK_BYTES = 256 * 1024;

    private final String name;
    private final Path directory;
    private final Process process;
    private final WorkerdLog log = new WorkerdLog();
    private final Promise<WorkerdProcess> listening = Promise.promise();
    private final Promise<WorkerdExit> exited = Promise.promise();
    private final AtomicReference<@Nullable WorkerdExit> ending = new AtomicReference<>();

    private WorkerdProcess(String name, Path directory, Process process) {
        this.name = name;
        this.directory = directory;
        this.process = process;
    }

    /** Blocks for as long as it takes to create a process. */
    static WorkerdProcess launch(Path binary, Path directory, WorkerdProgram program) throws IOException {
        long dataKilobytes = 1024L * (RESERVED_MEGABYTES + program.memoryMegabytes());
        var builder = new ProcessBuilder(List.of(
                        "/bin/sh", "-c", LAUNCH, "sh", Long.toString(dataKilobytes), binary.toString(), "config.capnp"))
                .directory(directory.toFile())
                .redirectErrorStream(true);
        // Nothing of this service's environment is the code's business.
        builder.environment().keySet().retainAll(List.of("PATH", "TZ", "SSL_CERT_FILE"));
        var started = new WorkerdProcess(program.name(), directory, builder.start());
        RunDirectory.record(directory, started.pid());
        Thread.ofPlatform()
                .name("workerd-" + program.name())
                .daemon()
                .stackSize(READER_STACK_BYTES)
                .start(started::read);
        started.process.onExit().thenRun(started::ended);
        return started;
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = BoundedLines.next(lines); line != null; line = BoundedLines.next(lines)) {
                if (line.startsWith(LISTENING)) {
                    listening.tryComplete(this);
                } else {
                    log.add(line);
                }
            }
        } catch (IOException e) {
            LOG.debugf("Output of workerd %s: %s", name, e.getMessage());
        }
    }

    private void ended() {
        WorkerdExit exit = ending.get();
        if (exit == null) {
            boolean memory = log.contains("out of memory") || log.contains("Cannot allocate memory");
            exit = new WorkerdExit(
                    memory ? KillReason.MEMORY : KillReason.CRASH,
                    memory ? "an allocation beyond the limit" : "exit code " + process.exitValue());
            LOG.warnf("workerd %s (pid %d) ended by itself, %s: %s", name, pid(), exit.detail(), log.tail());
        }
        RunDirectory.delete(directory);
        listening.tryFail(new IllegalStateException("workerd " + name + " did not start: " + log.tail()));
        exited.tryComplete(exit);
    }

    /** Completes when its sockets listen; fails when it ends before. */
    Future<WorkerdProcess> listening() {
        return listening.future();
    }

    /** Completes when it has ended, whatever the reason. Handlers run on any thread. */
    public Future<WorkerdExit> exited() {
        return exited.future();
    }

    public long pid() {
        return process.pid();
    }

    public String name() {
        return name;
    }

    /** Its own folder, gone when it ends. */
    public Path directory() {
        return directory;
    }

    /** Of one of its sockets, by the name that its configuration gives the file. */
    public SocketAddress socket(String file) {
        return SocketAddress.domainSocketAddress(directory.resolve(file).toString());
    }

    /** Reads /proc; empty when it has ended. */
    public Optional<ProcessReading> reading() {
        return ProcessReading.of(pid());
    }

    /** What it printed for an "internal error; reference = …". */
    Optional<String> cause(String reference) {
        return log.cause(reference);
    }

    /** True from the moment at which it was told to end. */
    public boolean ending() {
        return ending.get() != null || !process.isAlive();
    }

    /** Ends it in peace: it finishes what it does, for a few seconds at most. */
    public void stop() {
        if (ending.compareAndSet(null, new WorkerdExit(null, "no longer needed"))) {
            process.destroy();
            process.onExit()
                    .orTimeout(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                    .exceptionally(_ -> process.destroyForcibly());
        }
    }

    /** Ends it now. */
    public void kill(KillReason reason, String detail) {
        if (ending.compareAndSet(null, new WorkerdExit(reason, detail))) {
            LOG.infof("Ending workerd %s (pid %d): it %s, %s", name, pid(), reason.text(), detail);
            process.destroyForcibly();
        }
    }

    /** Ends it now, without a reason that anybody needs to know. */
    public void discard() {
        ending.compareAndSet(null, new WorkerdExit(null, "no longer needed"));
        process.destroyForcibly();
    }
}
