package dev.ghee.storage.sandbox;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** A program that runs, with all processes that it started. They end together, and with this service. */
public final class SandboxJob {
    private static final Logger LOG = Logger.getLogger(SandboxJob.class);
    private static final long SAMPLE_MILLIS = 250;
    /** Looking at files costs more than looking at processes. */
    private static final int SAMPLES_PER_DISK_CHECK = 12;

    private final List<String> command;
    private final JobDirectory directory;
    private final SandboxConfig config;
    private final OutputLines output;
    private final CompletableFuture<JobEnd> end = new CompletableFuture<>();
    private final AtomicReference<@Nullable KillReason> reason = new AtomicReference<>();
    private volatile @Nullable Process process;

    private SandboxJob(List<String> command, JobDirectory directory, SandboxConfig config, Consumer<String> lines) {
        this.command = command;
        this.directory = directory;
        this.config = config;
        this.output = new OutputLines(lines);
    }

    /** @param lines called for each printed line, on one thread */
    static SandboxJob start(
            List<String> command, JobDirectory directory, SandboxConfig config, Consumer<String> lines) {
        var job = new SandboxJob(command, directory, config, lines);
        // The kernel ends the program when the thread that started it ends, so it is a thread that waits for it, and
        // no virtual one, whose carrier may go.
        Thread.ofPlatform().name("sandbox-job").daemon().start(job::run);
        return job;
    }

    private void run() {
        try {
            var builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(new java.io.File("/dev/null"))
                    .directory(directory.path().toFile());
            builder.environment().clear();
            builder.environment().putAll(Map.of("PATH", Machine.PATH, "LANG", "C.UTF-8"));
            Process started = builder.start();
            process = started;
            if (reason.get() != null) {
                started.destroyForcibly();
            }
            Thread.ofVirtual().name("sandbox-watch").start(() -> watch(started));
            output.read(started.getInputStream());
            int exit = started.waitFor();
            end.complete(new JobEnd(exit, reason.get()));
        } catch (IOException | InterruptedException | RuntimeException e) {
            Process started = process;
            if (started != null) {
                started.destroyForcibly();
            }
            end.completeExceptionally(e);
        }
    }

    private void watch(Process started) {
        long deadline = System.nanoTime() + config.time().toNanos();
        try {
            for (int sample = 1; !started.waitFor(SAMPLE_MILLIS, TimeUnit.MILLISECONDS); sample++) {
                if (System.nanoTime() - deadline > 0) {
                    kill(KillReason.TIME);
                } else if (ProcessTree.residentBytes(started.toHandle()) > config.memoryBytes()) {
                    kill(KillReason.MEMORY);
                } else if (sample % SAMPLES_PER_DISK_CHECK == 0 && directory.usedBytes() > config.diskBytes()) {
                    kill(KillReason.DISK);
                }
            }
        } catch (IOException | RuntimeException e) {
            // What cannot be watched must not run.
            LOG.warnf(e, "Ending a sandbox that cannot be watched");
            kill(KillReason.SHUTDOWN);
        } catch (InterruptedException _) {
            kill(KillReason.SHUTDOWN);
        }
    }

    /** Ends it now, all of it. The first reason is the one that is told. */
    public void kill(KillReason why) {
        reason.compareAndSet(null, why);
        Process started = process;
        if (started != null) {
            started.destroyForcibly();
        }
    }

    /** Completes when nothing of it runs any more and all its lines were told. */
    public CompletableFuture<JobEnd> end() {
        return end;
    }
}
