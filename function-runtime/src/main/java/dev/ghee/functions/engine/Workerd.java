package dev.ghee.functions.engine;

import io.quarkus.runtime.ShutdownEvent;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Starts workerd processes, and ends all of them with this service. */
@ApplicationScoped
public class Workerd {
    private static final Logger LOG = Logger.getLogger(Workerd.class);
    private static final Duration START_LIMIT = Duration.ofSeconds(20);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(6);

    private final Path binary;
    private final RunDirectory directory;
    private final Set<WorkerdProcess> running = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** Throws {@link IllegalStateException} when workerd is not installed. */
    Workerd(EngineConfig config) {
        binary = WorkerdBinary.in(config.workerdDirectory());
        directory = RunDirectory.open(config.runDirectory());
    }

    /** Completes when the process listens on its sockets. Fails when it cannot be started. */
    public Future<WorkerdProcess> start(WorkerdProgram program) {
        return start(program, Map.of());
    }

    /** As {@link #start(WorkerdProgram)}, with what has to happen in the process's folder before. */
    Future<WorkerdProcess> start(WorkerdProgram program, Map<String, Listener> listeners) {
        Promise<WorkerdProcess> promise = Promise.promise();
        Thread.startVirtualThread(() -> {
            try {
                Path folder = prepare(program);
                for (Map.Entry<String, Listener> listener : listeners.entrySet()) {
                    listener.getValue()
                            .listen(folder.resolve(listener.getKey()))
                            .toCompletionStage()
                            .toCompletableFuture()
                            .get(START_LIMIT.toSeconds(), TimeUnit.SECONDS);
                }
                launch(program, folder).onComplete(promise);
            } catch (Exception e) {
                LOG.errorf(e, "Cannot start workerd %s", program.name());
                promise.fail(e);
            }
        });
        return promise.future();
    }

    /** Makes something listen on a Unix socket. */
    @FunctionalInterface
    interface Listener {
        Future<?> listen(Path socket);
    }

    private Path prepare(WorkerdProgram program) throws IOException {
        Path folder = directory.create(program.name());
        Files.writeString(folder.resolve("config.capnp"), program.config());
        for (Map.Entry<String, String> file : program.files().entrySet()) {
            Files.writeString(folder.resolve(file.getKey()), file.getValue());
        }
        return folder;
    }

    private Future<WorkerdProcess> launch(WorkerdProgram program, Path folder) throws IOException {
        WorkerdProcess process = WorkerdProcess.launch(binary, folder, program);
        running.add(process);
        process.exited().onComplete(_ -> running.remove(process));
        if (closed) {
            process.discard();
        }
        return process.listening().onSuccess(_ -> forget(program, folder));
    }

    /** It has read its files, and they may hold secrets. */
    private static void forget(WorkerdProgram program, Path folder) {
        Thread.startVirtualThread(() -> {
            RunDirectory.delete(folder.resolve("config.capnp"));
            program.files().keySet().forEach(file -> RunDirectory.delete(folder.resolve(file)));
        });
    }

    /** Processes that live, whatever they are for. */
    public int running() {
        return running.size();
    }

    /** Late, so that those who use the processes have finished. */
    void stop(@Observes @Priority(3000) ShutdownEvent event) {
        closed = true;
        running.forEach(WorkerdProcess::stop);
        long deadline = System.nanoTime() + STOP_LIMIT.toNanos();
        for (WorkerdProcess process : running) {
            try {
                process.exited()
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
            } catch (Exception _) {
                process.discard();
            }
        }
        directory.close();
    }
}
