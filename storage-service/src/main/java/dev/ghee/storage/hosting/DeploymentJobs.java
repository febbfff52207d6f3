package dev.ghee.storage.hosting;

import dev.ghee.contracts.AppState;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.vertx.UniHelper;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Works on a few deployments at a time, on threads of their own, since hashing and compressing take a core each. While a
 * deployment is worked on, or waits for that, its lease is renewed; a process that dies lets it lapse.
 */
@ApplicationScoped
class DeploymentJobs {
    private static final Logger LOG = Logger.getLogger(DeploymentJobs.class);
    private static final int MOST_WAITING = 100;

    private final DeploymentStore store;
    private final Vertx vertx;
    private final long renewMillis;
    private final ThreadPoolExecutor threads;

    DeploymentJobs(DeploymentStore store, Vertx vertx, HostingConfig config) {
        this.store = store;
        this.vertx = vertx;
        this.renewMillis = Math.max(100, config.lease().toMillis() / 4);
        this.threads = new ThreadPoolExecutor(
                config.atOnce(),
                config.atOnce(),
                1,
                TimeUnit.MINUTES,
                new ArrayBlockingQueue<>(MOST_WAITING),
                Thread.ofPlatform().name("deployments-", 0).daemon().factory());
        threads.allowCoreThreadTimeOut(true);
    }

    /** Steps on a deployment; blocking ones. */
    interface Work {
        void run(DeploymentJob job) throws Exception;
    }

    /** Fails with {@code SERVICE_BUSY} when too many wait. */
    void requireRoom() {
        if (threads.getQueue().remainingCapacity() == 0) {
            throw busy();
        }
    }

    /** Completes when the work has ended, with its failure if it fails; {@code SERVICE_BUSY} when too many wait. */
    CompletableFuture<Void> submit(AppState app, UUID deployment, Work work) {
        var job = new DeploymentJob(app, deployment);
        var done = new CompletableFuture<Void>();
        long renewal = vertx.setPeriodic(renewMillis, _ -> renew(job));
        try {
            threads.execute(() -> {
                try {
                    job.requireWanted();
                    work.run(job);
                    done.complete(null);
                } catch (Throwable e) {
                    done.completeExceptionally(e);
                } finally {
                    vertx.cancelTimer(renewal);
                }
            });
        } catch (RejectedExecutionException e) {
            vertx.cancelTimer(renewal);
            done.completeExceptionally(busy());
        }
        return done;
    }

    private void renew(DeploymentJob job) {
        UniHelper.toFuture(store.keep(job.app(), job.deployment()))
                .onSuccess(kept -> {
                    if (!kept) {
                        job.end();
                    }
                })
                .onFailure(e -> LOG.warnf(
                        "A deployment's lease is not renewed: app=%s deployment=%s",
                        job.app().appId(), job.deployment()));
    }

    private static GheeException busy() {
        return new GheeException(ErrorCode.SERVICE_BUSY, "Too many deployments are waiting")
                .withHeader("Retry-After", "10");
    }

    void stop(@Observes ShutdownEvent event) {
        threads.shutdownNow();
    }
}
