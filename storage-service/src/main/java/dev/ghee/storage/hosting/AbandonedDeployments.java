package dev.ghee.storage.hosting;

import dev.ghee.contracts.AppState;
import dev.ghee.tenancy.directory.AppDirectory;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/**
 * Finds deployments whose process has died by the zips that they have left, so that nobody has to look into every app's
 * database. Every replica looks; the database decides which of them takes one over.
 */
@ApplicationScoped
class AbandonedDeployments {
    private static final Logger LOG = Logger.getLogger(AbandonedDeployments.class);
    private static final Duration LIMIT = Duration.ofSeconds(15);
    /** The zip of an app that this installation does not know, or no longer knows. */
    private static final Duration FOREIGN = Duration.ofDays(1);

    private final SiteUploads uploads;
    private final DeploymentStore store;
    private final ZipDeployments deployments;
    private final AppDirectory apps;
    private final Vertx vertx;
    private final Duration every;
    private final AtomicBoolean sweeping = new AtomicBoolean();
    private long timer;

    AbandonedDeployments(
            SiteUploads uploads,
            DeploymentStore store,
            ZipDeployments deployments,
            AppDirectory apps,
            Vertx vertx,
            HostingConfig config) {
        this.uploads = uploads;
        this.store = store;
        this.deployments = deployments;
        this.apps = apps;
        this.vertx = vertx;
        this.every = config.sweep();
    }

    void start(@Observes StartupEvent event) {
        timer = vertx.setPeriodic(every.toMillis(), _ -> {
            if (sweeping.compareAndSet(false, true)) {
                Thread.ofVirtual().name("abandoned-deployments").start(() -> {
                    try {
                        sweep();
                    } catch (RuntimeException e) {
                        LOG.warnf(e, "Abandoned deployments are looked for again later");
                    } finally {
                        sweeping.set(false);
                    }
                });
            }
        });
    }

    void stop(@Observes ShutdownEvent event) {
        vertx.cancelTimer(timer);
    }

    /** Blocks. */
    void sweep() {
        List<SiteUploads.Upload> page = uploads.list(null);
        while (!page.isEmpty()) {
            for (SiteUploads.Upload upload : page) {
                try {
                    look(upload);
                } catch (RuntimeException e) {
                    // One app's database may be away while the others' are not.
                    LOG.warnf(e, "A zip is looked at again later: app=%s", upload.app());
                }
            }
            page = uploads.list(page.getLast());
        }
    }

    private void look(SiteUploads.Upload upload) {
        Optional<AppState> app = apps.known(upload.app()).filter(state -> state.status() == AppState.Status.READY);
        if (app.isEmpty()) {
            if (upload.since().isBefore(Instant.now().minus(FOREIGN))) {
                uploads.delete(upload.app(), upload.deployment());
            }
            return;
        }
        Optional<StoredDeployment> deployment =
                store.find(app.get(), upload.deployment()).await().atMost(LIMIT);
        if (deployment.isEmpty() || deployment.get().state().finished()) {
            uploads.delete(upload.app(), upload.deployment());
        } else if (deployment.get().abandoned()) {
            deployments.recover(app.get(), deployment.get());
        }
    }
}
