package dev.ghee.control.kv;

import dev.ghee.contracts.AppState;
import dev.ghee.kv.KvStore;
import dev.ghee.tenancy.directory.AppDirectory;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Empties the stores of apps that are being deleted, and now and then forgets what is noted of keys that ended in stores
 * that nobody writes to any more. One app after the other, so that it is never noticed.
 */
@ApplicationScoped
class KvCleaning {
    private static final Logger LOG = Logger.getLogger(KvCleaning.class);
    private static final Duration INTERVAL = Duration.ofMinutes(10);
    private static final int STEP = 1000;

    private final Vertx vertx;
    private final AppDirectory apps;
    private final KvStore store;
    private long timer = -1;

    KvCleaning(Vertx vertx, AppDirectory apps, KvStore store) {
        this.vertx = vertx;
        this.apps = apps;
        this.store = store;
    }

    void start(@Observes StartupEvent event) {
        apps.onChange(this::changed);
        timer = vertx.setPeriodic(
                INTERVAL.toMillis(), _ -> sweep(List.copyOf(apps.all()).iterator()));
    }

    void stop(@Observes ShutdownEvent event) {
        vertx.cancelTimer(timer);
    }

    private void changed(AppState app) {
        if (app.status() == AppState.Status.DELETING) {
            vertx.runOnContext(_ -> store.of(app.appId())
                    .flush()
                    .onFailure(failure -> LOG.warnf("Keys of a deleted app remain: app=%s", app.appId())));
        }
    }

    private void sweep(Iterator<AppState> rest) {
        if (!rest.hasNext()) {
            return;
        }
        AppState app = rest.next();
        sweep(app).onComplete(_ -> vertx.runOnContext(_ -> sweep(rest)));
    }

    private Future<Long> sweep(AppState app) {
        return store.of(app.appId())
                .sweep(STEP)
                .compose(swept -> swept < STEP ? Future.succeededFuture(swept) : sweep(app));
    }
}
