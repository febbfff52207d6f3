package dev.ghee.control.auth;

import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Work that goes on after its request was answered. Bounded: beyond that the request is refused with 503. */
@ApplicationScoped
public class Background {
    private static final Logger LOG = Logger.getLogger(Background.class);
    private static final int MAX_RUNNING = 256;
    private static final Duration STOP_LIMIT = Duration.ofSeconds(3);

    private final Semaphore free = new Semaphore(MAX_RUNNING);

    /** Fails with {@code SERVICE_BUSY}; failures of the work itself are logged under this name. */
    public void run(String name, Runnable work) {
        if (!free.tryAcquire()) {
            throw new GheeException(ErrorCode.SERVICE_BUSY, "Too many requests are waiting; try again in a moment")
                    .withHeader("Retry-After", "2");
        }
        Thread.ofVirtual().name(name).start(() -> {
            try {
                work.run();
            } catch (RuntimeException e) {
                LOG.errorf(e, "Work after the answer failed: work=%s", name);
            } finally {
                free.release();
            }
        });
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        if (!free.tryAcquire(MAX_RUNNING, STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
            LOG.warnf("Stopping with work under way: pieces=%d", MAX_RUNNING - free.availablePermits());
        }
    }
}
