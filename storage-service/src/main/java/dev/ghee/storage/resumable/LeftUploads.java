package dev.ghee.storage.resumable;

import dev.ghee.contracts.AppState;
import dev.ghee.errors.GheeException;
import dev.ghee.storage.upkeep.Upkeep;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import org.jboss.logging.Logger;

/**
 * Uploads that nobody comes back to: those that a dead process left complete become objects, what remains of those that
 * were given up is cleared away.
 */
@ApplicationScoped
class LeftUploads {
    private static final Logger LOG = Logger.getLogger(LeftUploads.class);
    /** After so long, who was completing an upload is taken for dead; being wrong costs nothing but work done twice. */
    private static final Duration DEAD = Duration.ofMinutes(5);

    private static final int PAGE = 100;

    private final UploadStore store;
    private final Endings endings;
    private final ResumableConfig config;
    private final Upkeep upkeep;

    LeftUploads(UploadStore store, Endings endings, ResumableConfig config, Upkeep upkeep) {
        this.store = store;
        this.endings = endings;
        this.config = config;
        this.upkeep = upkeep;
    }

    void start(@Observes StartupEvent event) {
        upkeep.add(this::sweep);
    }

    /** True while the app has uploads. */
    boolean sweep(AppState app) {
        for (Upload upload : store.leftBehind(app, DEAD, config.lifetime(), PAGE)) {
            try {
                if (upload.complete() && !upload.stored() && upload.expiresAt() != null) {
                    endings.finish(app, upload);
                } else {
                    endings.clear(app, upload);
                }
            } catch (GheeException e) {
                LOG.warnf("Upload stays for now: app=%s upload=%s cause=%s", app.appId(), upload.id(), e.message());
            }
        }
        return store.any(app);
    }
}
