package dev.ghee.storage.hosting;

import dev.ghee.contracts.AppState;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.storage.hosting.StoredDeployment.Source;
import dev.ghee.storage.hosting.site.Framework;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.vertx.UniHelper;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Deployments as builds see them: one is made, is being built for as long as {@link #keep} is called, and is published or
 * fails. A process that dies while it builds lets the deployment fail once its lease has lapsed. Not blocking, except
 * where it says so; fails with {@code EXTERNAL_DB_ERROR} or {@code EXTERNAL_DB_BUSY}.
 */
@ApplicationScoped
public class Deployments {
    private static final Logger LOG = Logger.getLogger(Deployments.class);

    private final DeploymentStore store;
    private final DeploymentJobs jobs;
    private final Publishing publishing;

    Deployments(DeploymentStore store, DeploymentJobs jobs, Publishing publishing) {
        this.store = store;
        this.jobs = jobs;
        this.publishing = publishing;
    }

    /** A deployment that will be built; fails with {@code QUOTA_DEPLOYMENT_LIMIT}. */
    public Future<UUID> create(AppState app, Framework framework) {
        return UniHelper.toFuture(create(app, framework, Source.BUILD));
    }

    Uni<UUID> create(AppState app, Framework framework, Source source) {
        UUID id = UUID.randomUUID();
        return store.insert(app, id, framework, source).map(made -> {
            if (!made) {
                throw new GheeException(
                        ErrorCode.QUOTA_DEPLOYMENT_LIMIT, "Too many deployments of the app are not finished");
            }
            return id;
        });
    }

    /**
     * Says that building has begun; false when the deployment no longer waits.
     *
     * @param buildConfig JSON of how it is built, shown to the app's administrators; no secrets
     */
    public Future<Boolean> building(AppState app, UUID deployment, @Nullable String buildConfig) {
        return UniHelper.toFuture(
                store.begin(app, deployment, DeploymentState.WAITING, DeploymentState.BUILDING, buildConfig));
    }

    /** To be called every quarter of {@link HostingConfig#lease}; false when somebody has ended the deployment. */
    public Future<Boolean> keep(AppState app, UUID deployment) {
        return UniHelper.toFuture(store.keep(app, deployment));
    }

    /**
     * Publishes what a build has left in {@code directory}, which must not change any more and stays the caller's.
     * Completes when the deployment has ended: live, or in {@code ERROR} when this is no site. Fails with
     * {@code STATE_INVALID_TRANSITION} when it has been ended meanwhile, and with {@code SERVICE_BUSY},
     * {@code S3_ERROR} after having let it fail.
     */
    public Future<Void> publish(AppState app, UUID deployment, Path directory) {
        Promise<Void> done = Promise.promise();
        UniHelper.toFuture(store.begin(app, deployment, DeploymentState.BUILDING, DeploymentState.UPLOADING, null))
                .onFailure(done::fail)
                .onSuccess(begun -> {
                    if (!begun) {
                        done.fail(notInState());
                        return;
                    }
                    jobs.submit(app, deployment, job -> publishing.folder(job, directory))
                            .whenComplete((_, failure) -> ended(app, deployment, failure, done));
                });
        return done.future();
    }

    private void ended(AppState app, UUID deployment, @Nullable Throwable failure, Promise<Void> done) {
        if (failure == null) {
            done.complete();
        } else if (failure instanceof DeploymentJob.EndedException) {
            done.fail(notInState());
        } else {
            LOG.warnf(failure, "A built site is not published: app=%s deployment=%s", app.appId(), deployment);
            fail(app, deployment, "The site could not be stored; deploy it again")
                    .onComplete(_ -> done.fail(failure));
        }
    }

    /** Ends the deployment in {@code ERROR}; nothing happens when it has ended already. */
    public Future<Void> fail(AppState app, UUID deployment, String why) {
        return UniHelper.toFuture(store.end(app, deployment, DeploymentState.ERROR, why))
                .mapEmpty();
    }

    static GheeException notInState() {
        return new GheeException(
                ErrorCode.STATE_INVALID_TRANSITION, "The deployment is not in a state that allows this");
    }
}
