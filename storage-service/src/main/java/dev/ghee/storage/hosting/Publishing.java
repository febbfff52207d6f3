package dev.ghee.storage.hosting;

import dev.ghee.contracts.AppState;
import dev.ghee.storage.hosting.archive.InvalidSiteException;
import dev.ghee.storage.hosting.archive.SiteFolder;
import dev.ghee.storage.hosting.archive.SiteLimits;
import dev.ghee.storage.hosting.archive.StagedFile;
import dev.ghee.storage.hosting.archive.ZipUpload;
import io.vertx.pgclient.PgException;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * From files to a live site: they are checked, their contents are stored, and only when the store has all of them one
 * transaction makes the deployment live. Every step may be done again, by this process or another.
 */
@ApplicationScoped
class Publishing {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String FOREIGN_KEY_VIOLATION = "23503";
    private static final int MOST_TRIES = 5;

    private final DeploymentStore store;
    private final SiteContents contents;
    private final SiteUploads uploads;
    private final SiteChanges changes;
    private final SiteGarbage garbage;
    private final Workspace workspace;
    private final SiteLimits limits;

    Publishing(
            DeploymentStore store,
            SiteContents contents,
            SiteUploads uploads,
            SiteChanges changes,
            SiteGarbage garbage,
            Workspace workspace,
            HostingConfig config) {
        this.store = store;
        this.contents = contents;
        this.uploads = uploads;
        this.changes = changes;
        this.garbage = garbage;
        this.workspace = workspace;
        this.limits = new SiteLimits(config.maxFiles(), config.maxSiteBytes().asLongValue());
    }

    /** The uploaded zip. What cannot become a site ends in {@code ERROR}; other failures leave it to be taken over. */
    void zip(DeploymentJob job) throws IOException, InterruptedException {
        Path folder = workspace.create("zip");
        try {
            Path zip = folder.resolve("upload.zip");
            if (!uploads.download(job.app().appId(), job.deployment(), zip)) {
                throw new InvalidSiteException("The upload is gone");
            }
            Path unpacked = Files.createDirectory(folder.resolve("files"));
            publish(job, ZipUpload.stage(zip, unpacked, limits));
            uploads.delete(job.app().appId(), job.deployment());
        } catch (InvalidSiteException e) {
            end(job.app(), job.deployment(), DeploymentState.ERROR, e.getMessage());
        } finally {
            Workspace.delete(folder);
        }
    }

    /** What a build has left. Ends in {@code ERROR} when it cannot become a site. */
    void folder(DeploymentJob job, Path folder) throws IOException, InterruptedException {
        try {
            publish(job, SiteFolder.stage(folder, limits));
        } catch (InvalidSiteException e) {
            end(job.app(), job.deployment(), DeploymentState.ERROR, e.getMessage());
        }
    }

    private void publish(DeploymentJob job, List<StagedFile> files)
            throws InvalidSiteException, IOException, InterruptedException {
        boolean done = false;
        for (int tried = 1; !done; tried++) {
            contents.store(job.app(), files, job);
            job.requireWanted();
            done = switched(job, files, tried);
        }
        changes.changed(job.app().appId());
        garbage.collectSoon(job.app());
    }

    /** False when the contents have to be stored again: this took so long that some were taken for unused. */
    private boolean switched(DeploymentJob job, List<StagedFile> files, int tried) {
        try {
            if (!store.publish(job.app(), job.deployment(), files).await().atMost(LIMIT)) {
                throw new DeploymentJob.EndedException();
            }
            return true;
        } catch (RuntimeException e) {
            if (tried < MOST_TRIES && isForeignKeyViolation(e)) {
                return false;
            }
            throw e;
        }
    }

    private static boolean isForeignKeyViolation(@Nullable Throwable e) {
        return e != null
                && ((e instanceof PgException pg && FOREIGN_KEY_VIOLATION.equals(pg.getSqlState()))
                        || isForeignKeyViolation(e.getCause()));
    }

    /** Ends a deployment and drops its zip; false when it had ended before. Blocks. */
    boolean end(AppState app, UUID deployment, DeploymentState as, @Nullable String why) {
        boolean ended = store.end(app, deployment, as, why).await().atMost(LIMIT);
        uploads.delete(app.appId(), deployment);
        if (ended) {
            garbage.collectSoon(app);
        }
        return ended;
    }

    /** Makes one that was live live again; false when it never was. Blocks. */
    boolean goBack(AppState app, UUID deployment) {
        boolean switched = store.goBack(app, deployment).await().atMost(LIMIT);
        if (switched) {
            changes.changed(app.appId());
        }
        return switched;
    }

    /** With all that only it refers to; false when there is none. Blocks. */
    boolean delete(AppState app, UUID deployment) {
        Optional<DeploymentState> was = store.delete(app, deployment).await().atMost(LIMIT);
        if (was.isEmpty()) {
            return false;
        }
        if (was.get() == DeploymentState.READY) {
            changes.changed(app.appId());
        }
        if (!was.get().finished()) {
            uploads.delete(app.appId(), deployment);
        }
        garbage.collectSoon(app);
        return true;
    }
}
