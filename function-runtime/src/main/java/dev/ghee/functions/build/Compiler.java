package dev.ghee.functions.build;

import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import io.quarkus.runtime.ShutdownEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Compiles TypeScript, JSX and JavaScript to ES modules. One source at a time, in a process of its own that is started
 * when it is needed and ended when it has been idle: what crashes or occupies a compiler does so to no more than that.
 * Blocking: use on virtual threads.
 */
@ApplicationScoped
public class Compiler {
    private static final Logger LOG = Logger.getLogger(Compiler.class);
    private static final Duration TIME_LIMIT = Duration.ofSeconds(15);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
    private static final Duration IDLE_LIMIT = Duration.ofMinutes(2);

    private final Vertx vertx;
    private final Semaphore turn = new Semaphore(1, true);
    private @Nullable CompilerProcess process;
    private volatile long lastUse;
    private final long sweeper;

    Compiler(Vertx vertx) {
        this.vertx = vertx;
        this.sweeper = vertx.setPeriodic(IDLE_LIMIT.toMillis() / 2, _ -> Thread.startVirtualThread(this::endIdle));
    }

    /** The source of a single file; otherwise as {@link #compile(Sources)}. */
    public CompiledModule compile(String source) {
        return compile(Sources.of(source)).entryModule();
    }

    /**
     * The sources as modules. Imports of each other are checked and linked; all others are listed, for the caller to
     * judge. Fails with {@link SourceException} for what its author has to correct, and with {@code SERVICE_BUSY} when
     * others take the compiler's time.
     */
    public Compiled compile(Sources sources) {
        try {
            if (!turn.tryAcquire(LONGEST_WAIT.toSeconds(), TimeUnit.SECONDS)) {
                throw busy();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw busy();
        }
        try {
            return compileAlone(sources);
        } finally {
            lastUse = System.nanoTime();
            turn.release();
        }
    }

    private Compiled compileAlone(Sources sources) {
        var late = new AtomicBoolean();
        try {
            CompilerProcess running = running();
            long timer = vertx.setTimer(TIME_LIMIT.toMillis(), _ -> {
                late.set(true);
                running.kill();
            });
            try {
                return running.compile(sources);
            } finally {
                vertx.cancelTimer(timer);
            }
        } catch (IOException e) {
            end();
            LOG.infof("Compiler ended: late=%s cause=%s", late.get(), e);
            throw new SourceException(
                    sources.entry(),
                    0,
                    0,
                    late.get()
                            ? "The code takes longer than " + TIME_LIMIT.toSeconds() + " s to compile"
                            : "The code is nested too deeply, or too much of it, to be compiled");
        }
    }

    private CompilerProcess running() throws IOException {
        CompilerProcess known = process;
        if (known != null && known.alive()) {
            return known;
        }
        end();
        CompilerProcess started = CompilerProcess.start();
        process = started;
        return started;
    }

    private void end() {
        CompilerProcess known = process;
        process = null;
        if (known != null) {
            known.close();
        }
    }

    private void endIdle() {
        if (System.nanoTime() - lastUse > IDLE_LIMIT.toNanos() && turn.tryAcquire()) {
            try {
                end();
            } finally {
                turn.release();
            }
        }
    }

    void stop(@Observes ShutdownEvent event) {
        vertx.cancelTimer(sweeper);
        CompilerProcess known = process;
        if (known != null) {
            known.close();
        }
    }

    private static GheeException busy() {
        return new GheeException(ErrorCode.SERVICE_BUSY, "Too much is being compiled at the moment")
                .withHeader("Retry-After", "5");
    }
}
