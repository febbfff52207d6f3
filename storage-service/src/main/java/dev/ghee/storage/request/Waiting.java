package dev.ghee.storage.request;

import io.quarkus.runtime.ShutdownEvent;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Work that waits, for code on event loops. */
@ApplicationScoped
public class Waiting {
    private final Vertx vertx;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("waiting-", 0).factory());

    Waiting(Vertx vertx) {
        this.vertx = vertx;
    }

    void stop(@Observes ShutdownEvent event) {
        threads.shutdown();
    }

    /** On a virtual thread; what follows runs in the caller's context. */
    public <T> Future<T> run(Callable<T> work) {
        Promise<T> done = ((ContextInternal) vertx.getOrCreateContext()).promise();
        threads.execute(() -> {
            try {
                done.complete(work.call());
            } catch (Exception e) {
                done.fail(e);
            }
        });
        return done.future();
    }
}
