package dev.ghee.functions.object.run;

import dev.ghee.functions.engine.KillReason;
import dev.ghee.functions.engine.ProcessReading;
import dev.ghee.functions.engine.Workerd;
import dev.ghee.functions.engine.WorkerdProcess;
import dev.ghee.functions.engine.WorkerdProgram;
import dev.ghee.functions.object.place.AppStorage;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A workerd process with the classes of one app. Starting and ending block: call from a virtual thread. */
final class ObjectProcess {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String PREFIX = "did not start: ";
    private static final int MAX_SAID = 2000;

    private final WorkerdProcess process;
    private volatile boolean wanted = true;

    private ObjectProcess(WorkerdProcess process) {
        this.process = process;
    }

    /** It did not come up; the message is workerd's own and may go to the app's owner. */
    static final class StartException extends Exception {
        private static final long serialVersionUID = 1L;

        private StartException(String said) {
            super(said);
        }
    }

    /** Starts a process on the app's storage and waits until it listens. */
    static ObjectProcess start(Workerd workerd, WorkerdProgram program, AppStorage storage)
            throws IOException, StartException {
        ObjectProcess started = launch(workerd, program);
        storage.usedBy(started.process.pid());
        return started;
    }

    /** Whether the classes load; nothing is kept. */
    static void tryOut(Workerd workerd, WorkerdProgram program) throws IOException, StartException {
        launch(workerd, program).kill();
    }

    private static ObjectProcess launch(Workerd workerd, WorkerdProgram program) throws IOException, StartException {
        try {
            return new ObjectProcess(workerd.start(program)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(LIMIT.toMillis(), TimeUnit.MILLISECONDS));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IllegalStateException said) {
                throw new StartException(said(said));
            }
            throw new IOException("workerd cannot be started", e.getCause());
        } catch (TimeoutException e) {
            throw new StartException("It did not start within " + LIMIT.toSeconds() + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while starting workerd", e);
        }
    }

    private static String said(IllegalStateException e) {
        String message = e.getMessage() == null ? "" : e.getMessage();
        int start = message.indexOf(PREFIX);
        String text = start < 0 ? message : message.substring(start + PREFIX.length());
        return text.length() > MAX_SAID ? text.substring(0, MAX_SAID) : text;
    }

    SocketAddress address() {
        return process.socket(ObjectProgram.SOCKET);
    }

    Path socket() {
        return process.directory().resolve(ObjectProgram.SOCKET);
    }

    boolean alive() {
        return !process.ending();
    }

    /** Processor time used so far, user and system. */
    Duration cpuTime() {
        return Duration.ofMillis(
                process.reading().map(ProcessReading::cpuMillis).orElse(0L));
    }

    /** Memory of its own, in bytes; 0 when it has ended. */
    long memory() {
        return process.reading().map(ProcessReading::privateBytes).orElse(0L);
    }

    /** False when it was ended because nobody needs it any more. */
    boolean wanted() {
        return wanted;
    }

    /** Ends it and waits for that. What its objects were told is stored, is. */
    void kill() {
        wanted = false;
        process.discard();
        awaitEnd();
    }

    /** Ends it for what its code did; counts as an end that nobody asked for. */
    void killFor(KillReason reason, String detail) {
        process.kill(reason, detail);
    }

    private void awaitEnd() {
        try {
            process.exited().toCompletionStage().toCompletableFuture().get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("A killed process does not end", e);
        }
    }
}
