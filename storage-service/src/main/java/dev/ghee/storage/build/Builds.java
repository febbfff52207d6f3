package dev.ghee.storage.build;

import dev.ghee.contracts.AppState;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.storage.hosting.Deployments;
import dev.ghee.storage.hosting.FrontendEnv;
import dev.ghee.storage.hosting.SiteUploads;
import dev.ghee.storage.hosting.site.Framework;
import dev.ghee.storage.sandbox.Sandboxes;
import io.quarkus.runtime.ShutdownEvent;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Builds that were asked for. A build is its deployment's: the deployment's state is the only one there is, so nothing
 * can disagree after a crash. A build whose process dies ends with it, and its deployment in {@code ERROR} as soon as
 * its lease has lapsed. Every method waits.
 */
@ApplicationScoped
class Builds {
    static final Duration LIMIT = Duration.ofSeconds(15);

    private final Deployments deployments;
    private final SiteUploads uploads;
    private final FrontendEnv variables;
    private final Sandboxes sandboxes;
    private final DependencyCache cache;
    private final BuildLogStore logs;
    private final BuildConfig config;
    private final Semaphore room;
    private final Set<Build> running = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("build-", 0).factory());

    Builds(
            Deployments deployments,
            SiteUploads uploads,
            FrontendEnv variables,
            Sandboxes sandboxes,
            DependencyCache cache,
            BuildLogStore logs,
            BuildConfig config) {
        this.deployments = deployments;
        this.uploads = uploads;
        this.variables = variables;
        this.sandboxes = sandboxes;
        this.cache = cache;
        this.logs = logs;
        this.config = config;
        this.room = new Semaphore(config.maxPending());
    }

    void stop(@Observes ShutdownEvent event) {
        running.forEach(Build::interrupt);
        threads.shutdownNow();
    }

    /** A deployment, and where to PUT its source. */
    record Created(UUID deployment, String uploadUrl) {
        /** Without the URL, which lets its bearer in. */
        @Override
        public String toString() {
            return "Created[" + deployment + "]";
        }
    }

    /** Fails with {@code BUILD_UNAVAILABLE} and {@code QUOTA_DEPLOYMENT_LIMIT}. */
    Created create(AppState app, Framework framework) {
        requireSandbox();
        UUID id = await(deployments.create(app, framework));
        return new Created(id, uploads.url(app.appId(), id, null));
    }

    /**
     * Begins to build. Fails with {@code STATE_PREREQUISITE_MISSING} when nothing was uploaded,
     * {@code STATE_INVALID_TRANSITION} when it was started before, {@code QUOTA_FILE_SIZE_EXCEEDED},
     * {@code BUILD_UNAVAILABLE} and {@code SERVICE_BUSY}.
     */
    void start(AppState app, UUID deployment, BuildPlan plan) {
        requireSandbox();
        long size = uploads.size(app.appId(), deployment)
                .orElseThrow(() -> new GheeException(
                        ErrorCode.STATE_PREREQUISITE_MISSING,
                        "Upload the source to the deployment's upload_url first"));
        long most = config.maxSourceBytes().asLongValue();
        if (size > most) {
            String why = "The source is larger than " + most + " bytes";
            await(deployments.fail(app, deployment, why));
            throw new GheeException(ErrorCode.QUOTA_FILE_SIZE_EXCEEDED, why).withStatus(413);
        }
        Map<String, String> all =
                new java.util.LinkedHashMap<>(variables.values(app).await().atMost(LIMIT));
        all.putAll(plan.environment());
        if (!room.tryAcquire()) {
            throw new GheeException(ErrorCode.SERVICE_BUSY, "Too many builds are waiting")
                    .withHeader("Retry-After", "60");
        }
        boolean begun = false;
        try {
            begun = await(deployments.building(app, deployment, shown(plan)));
            if (!begun) {
                throw new GheeException(
                        ErrorCode.STATE_INVALID_TRANSITION, "The deployment is not in a state that allows this");
            }
            var build = new Build(app, deployment, plan, all, this);
            running.add(build);
            threads.execute(build);
        } finally {
            if (!begun) {
                room.release();
            }
        }
    }

    private static String shown(BuildPlan plan) {
        return new JsonObject()
                .put("buildCommand", plan.command())
                .put("outputDir", plan.outputDirectory())
                .put("packageManager", plan.packageManager().wireName())
                .encode();
    }

    private void requireSandbox() {
        String problem = sandboxes.problem();
        if (problem != null) {
            throw new GheeException(ErrorCode.BUILD_UNAVAILABLE, "Nothing can be built from source here: " + problem);
        }
    }

    void ended(Build build) {
        running.remove(build);
        room.release();
    }

    Deployments deployments() {
        return deployments;
    }

    SiteUploads uploads() {
        return uploads;
    }

    Sandboxes sandboxes() {
        return sandboxes;
    }

    DependencyCache cache() {
        return cache;
    }

    BuildLogStore logs() {
        return logs;
    }

    BuildConfig config() {
        return config;
    }

    static <T> T await(Future<T> future) {
        return await(future, LIMIT);
    }

    /** Fails with the {@link GheeException} that the future fails with, or {@code EXTERNAL_DB_ERROR}. */
    static <T> T await(Future<T> future, Duration limit) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        } catch (TimeoutException e) {
            throw failure(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure(e);
        }
    }

    private static GheeException failure(@Nullable Throwable e) {
        return e instanceof GheeException known
                ? known
                : new GheeException(ErrorCode.EXTERNAL_DB_ERROR, "The app's database did not answer", e);
    }
}
