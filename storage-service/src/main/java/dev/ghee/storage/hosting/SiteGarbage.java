package dev.ghee.storage.hosting;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.storage.s3.Bucket;
import dev.ghee.storage.s3.ObjectBytes;
import dev.ghee.tenancy.directory.AppDirectory;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jboss.logging.Logger;

/**
 * Deletes what nothing refers to: old deployments beyond those that are kept, contents of deleted ones, all bytes of
 * deleted apps. A row says that bytes are to be deleted before they are, so a process that dies in between leaves work
 * for the next, and not bytes that nobody knows of.
 */
@ApplicationScoped
class SiteGarbage {
    private static final Logger LOG = Logger.getLogger(SiteGarbage.class);
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int AT_ONCE = 2;
    private static final int PAGE = 1000;

    private final DeploymentStore deployments;
    private final ContentStore contents;
    private final ObjectBytes bytes;
    private final AppDirectory apps;
    private final Vertx vertx;
    private final long graceMillis;
    private final Semaphore room = new Semaphore(AT_ONCE);
    /** Apps that are to be looked at again once their contents may go. */
    private final ConcurrentHashMap<AppId, Long> later = new ConcurrentHashMap<>();

    SiteGarbage(
            DeploymentStore deployments,
            ContentStore contents,
            ObjectBytes bytes,
            AppDirectory apps,
            Vertx vertx,
            HostingConfig config) {
        this.deployments = deployments;
        this.contents = contents;
        this.bytes = bytes;
        this.apps = apps;
        this.vertx = vertx;
        this.graceMillis = config.grace().toMillis() + 1000;
    }

    void start(@Observes StartupEvent event) {
        apps.onChange(app -> {
            if (app.status() == AppState.Status.DELETING) {
                Thread.ofVirtual().name("site-removal").start(() -> quietly(app, () -> removeAll(app.appId())));
            }
        });
    }

    /** Collects now what may go now, and once more when the rest may. Returns at once; failures are tried again then. */
    void collectSoon(AppState app) {
        Thread.ofVirtual().name("site-garbage").start(() -> quietly(app, () -> collect(app)));
        later.computeIfAbsent(
                app.appId(),
                id -> vertx.setTimer(graceMillis, _ -> {
                    later.remove(id);
                    Thread.ofVirtual().name("site-garbage").start(() -> quietly(app, () -> collect(app)));
                }));
    }

    private interface Step {
        void run() throws InterruptedException;
    }

    private void quietly(AppState app, Step step) {
        try {
            room.acquire();
            try {
                step.run();
            } finally {
                room.release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.warnf(e, "Garbage of a site is left for the next time: app=%s", app.appId());
        }
    }

    /** Blocks. */
    void collect(AppState app) {
        deployments.prune(app).await().atMost(LIMIT);
        contents.collect(app).await().atMost(LIMIT);
        List<String> keys = contents.garbage(app).await().atMost(LIMIT);
        while (!keys.isEmpty()) {
            bytes.delete(Bucket.SITES, ContentStore.withForms(keys));
            contents.forget(app, keys).await().atMost(LIMIT);
            keys = contents.garbage(app).await().atMost(LIMIT);
        }
    }

    private void removeAll(AppId app) {
        for (String prefix : List.of(app + "/", SiteUploads.prefix(app))) {
            List<ObjectBytes.Entry> page = bytes.list(Bucket.SITES, prefix, null, PAGE);
            while (!page.isEmpty()) {
                bytes.delete(
                        Bucket.SITES, page.stream().map(ObjectBytes.Entry::key).toList());
                page = bytes.list(Bucket.SITES, prefix, null, PAGE);
            }
        }
    }
}
