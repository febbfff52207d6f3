package dev.ghee.storage.hosting;

import dev.ghee.contracts.AppState;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.storage.hosting.StoredDeployment.Source;
import dev.ghee.storage.hosting.site.Framework;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Deployments as their owners see them, and what becomes of those whose process has died: a zip is unpacked again by
 * whoever notices first, a build fails. Every method blocks.
 */
@ApplicationScoped
class ZipDeployments {
    private static final Logger LOG = Logger.getLogger(ZipDeployments.class);
    private static final Duration LIMIT = Duration.ofSeconds(15);
    private static final int MOST_ATTEMPTS = 3;

    private final DeploymentStore store;
    private final Deployments deployments;
    private final DeploymentJobs jobs;
    private final Publishing publishing;
    private final SiteUploads uploads;
    private final long maxZipBytes;

    ZipDeployments(
            DeploymentStore store,
            Deployments deployments,
            DeploymentJobs jobs,
            Publishing publishing,
            SiteUploads uploads,
            HostingConfig config) {
        this.store = store;
        this.deployments = deployments;
        this.jobs = jobs;
        this.publishing = publishing;
        this.uploads = uploads;
        this.maxZipBytes = config.maxZipBytes().asLongValue();
    }

    /** @param uploadUrl where to PUT the zip */
    record Created(UUID id, String uploadUrl) {
        /** Without the URL, which lets its bearer in. */
        @Override
        public String toString() {
            return "Created[" + id + "]";
        }
    }

    Created create(AppState app, Framework framework, @Nullable Long sizeBytes) {
        if (sizeBytes != null && sizeBytes > maxZipBytes) {
            throw tooLarge();
        }
        UUID id = deployments.create(app, framework, Source.ZIP).await().atMost(LIMIT);
        return new Created(id, uploads.url(app.appId(), id, sizeBytes));
    }

    long maxZipBytes() {
        return maxZipBytes;
    }

    /** Empty when there is none. What nobody works on any more is taken care of first. */
    Optional<StoredDeployment> find(AppState app, UUID id) {
        Optional<StoredDeployment> found = store.find(app, id).await().atMost(LIMIT);
        if (found.isEmpty() || !found.get().abandoned()) {
            return found;
        }
        recover(app, found.get());
        return store.find(app, id).await().atMost(LIMIT);
    }

    /** Begins to unpack. Fails with {@code STATE_…}, {@code QUOTA_FILE_SIZE_EXCEEDED} and {@code SERVICE_BUSY}. */
    void start(AppState app, StoredDeployment deployment) {
        if (deployment.source() != Source.ZIP || deployment.state() != DeploymentState.WAITING) {
            throw Deployments.notInState();
        }
        long size = uploads.size(app.appId(), deployment.id())
                .orElseThrow(() -> new GheeException(
                        ErrorCode.STATE_PREREQUISITE_MISSING, "Upload the zip to the deployment's uploadUrl first"));
        if (size > maxZipBytes) {
            publishing.end(
                    app, deployment.id(), DeploymentState.ERROR, tooLarge().getMessage());
            throw tooLarge();
        }
        jobs.requireRoom();
        if (!store.begin(app, deployment.id(), DeploymentState.WAITING, DeploymentState.UPLOADING, null)
                .await()
                .atMost(LIMIT)) {
            throw Deployments.notInState();
        }
        unpack(app, deployment.id());
    }

    /** Fails with {@code STATE_INVALID_TRANSITION} when it has ended in another way. */
    void cancel(AppState app, UUID id) {
        if (!publishing.end(app, id, DeploymentState.CANCELED, null)
                && find(app, id)
                        .filter(deployment -> deployment.state() == DeploymentState.CANCELED)
                        .isEmpty()) {
            throw Deployments.notInState();
        }
    }

    /** Takes care of a deployment that nobody works on any more. */
    void recover(AppState app, StoredDeployment abandoned) {
        if (abandoned.state() == DeploymentState.WAITING) {
            publishing.end(app, abandoned.id(), DeploymentState.CANCELED, "It was not started in time");
        } else if (abandoned.source() == Source.BUILD) {
            publishing.end(app, abandoned.id(), DeploymentState.ERROR, "The build was interrupted; deploy it again");
        } else {
            takeOver(app, abandoned.id());
        }
    }

    private void takeOver(AppState app, UUID id) {
        Optional<Integer> attempts = store.takeOver(app, id).await().atMost(LIMIT);
        if (attempts.isEmpty()) {
            return;
        }
        if (attempts.get() > MOST_ATTEMPTS) {
            publishing.end(app, id, DeploymentState.ERROR, "It failed several times on our side; deploy it again");
            return;
        }
        LOG.infof("A deployment is taken over: app=%s deployment=%s attempt=%d", app.appId(), id, attempts.get());
        unpack(app, id);
    }

    private void unpack(AppState app, UUID id) {
        jobs.submit(app, id, publishing::zip).whenComplete((_, failure) -> {
            if (failure != null && !(failure instanceof DeploymentJob.EndedException)) {
                // Its lease lapses, and somebody tries again.
                LOG.warnf(failure, "A deployment is left for another attempt: app=%s deployment=%s", app.appId(), id);
            }
        });
    }

    private GheeException tooLarge() {
        return new GheeException(ErrorCode.QUOTA_FILE_SIZE_EXCEEDED, "The zip is larger than " + maxZipBytes + " bytes")
                .withStatus(413);
    }
}
