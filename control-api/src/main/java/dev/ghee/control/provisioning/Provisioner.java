package dev.ghee.control.provisioning;

import dev.ghee.appdb.AppDatabases;
import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.control.app.App;
import dev.ghee.control.app.AppStates;
import dev.ghee.control.app.Databases;
import dev.ghee.control.region.ControlDatabase;
import dev.ghee.control.region.Regions;
import dev.ghee.errors.GheeException;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.VertxContextSupport;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.jboss.logging.Logger;

/**
 * Brings every app's database to where its status says it is going. What a crash interrupts is taken up again at the
 * next start: making and dropping may both be repeated.
 */
@ApplicationScoped
class Provisioner implements Databases {
    private static final Logger LOG = Logger.getLogger(Provisioner.class);
    private static final String UNSETTLED = """
            SELECT id FROM app WHERE status IN ('PROVISIONING', 'DELETING') ORDER BY created_at""";
    private static final String FAILED = "The database could not be created; POST /init with the same name tries again";

    private final ProvisioningConfig config;
    private final AppStates states;
    private final Regions regions;
    private final ControlDatabase database;
    private final Semaphore width;
    /** Apps at work, with how often each was asked for: one thread per app, and no request is missed. */
    private final Map<AppId, Integer> asked = new ConcurrentHashMap<>();

    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("provisioner-", 0).factory());

    Provisioner(ProvisioningConfig config, AppStates states, Regions regions, ControlDatabase database) {
        this.config = config;
        this.states = states;
        this.regions = regions;
        this.database = database;
        this.width = new Semaphore(config.parallelism());
    }

    void start(@Observes @Priority(ControlDatabase.READY + 30) StartupEvent event) throws SQLException {
        resume();
    }

    void stop(@Observes ShutdownEvent event) {
        threads.shutdownNow();
    }

    /** Takes up what was left unfinished. */
    void resume() throws SQLException {
        for (AppId app : unsettled()) {
            LOG.infof("Taking up unfinished work: app=%s", app);
            settle(app);
        }
    }

    @Override
    public void settle(AppId app) {
        if (asked.merge(app, 1, Integer::sum) == 1) {
            threads.execute(() -> work(app));
        }
    }

    private void work(AppId app) {
        try {
            int seen;
            do {
                seen = asked.getOrDefault(app, 0);
                settleNow(app);
            } while (!asked.remove(app, seen));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            asked.remove(app);
            LOG.errorf(e, "Settling an app failed: app=%s", app);
        }
    }

    /** One step after the other until the status is one to stay in. */
    private void settleNow(AppId app) throws InterruptedException {
        Duration pause = config.backOff();
        int failures = 0;
        for (Optional<App> found = find(app); found.isPresent() && unsettled(found.get()); found = find(app)) {
            boolean deleting = found.get().status() == AppState.Status.DELETING;
            try {
                step(found.get());
                failures = 0;
            } catch (SQLException | RuntimeException e) {
                failures++;
                LOG.warnf(
                        e,
                        "Settling an app failed: app=%s status=%s failures=%d",
                        app,
                        found.get().status(),
                        failures);
                if (!deleting && failures >= config.attempts()) {
                    await(states.change(app, Provisioner::fail));
                } else {
                    Thread.sleep(pause);
                    pause = shorter(pause.multipliedBy(2), config.maxBackOff());
                }
            }
        }
    }

    private void step(App app) throws SQLException, InterruptedException {
        width.acquire();
        try {
            var databases = new AppDatabases(regions.cluster(app.region()));
            if (app.status() == AppState.Status.DELETING) {
                databases.drop(app.id());
                await(states.forget(app.id()));
                LOG.infof("App deleted: app=%s", app.id());
            } else {
                databases.provision(app.id());
                await(states.change(app.id(), Provisioner::succeed));
                LOG.infof("App ready: app=%s", app.id());
            }
        } finally {
            width.release();
        }
    }

    // It may have been deleted meanwhile; then that stands.
    private static void succeed(App app) {
        if (app.status() == AppState.Status.PROVISIONING) {
            app.markReady();
        }
    }

    private static void fail(App app) {
        if (app.status() == AppState.Status.PROVISIONING) {
            app.markFailed(FAILED);
        }
    }

    private static boolean unsettled(App app) {
        return app.status() == AppState.Status.PROVISIONING || app.status() == AppState.Status.DELETING;
    }

    private Optional<App> find(AppId app) {
        return await(states.get(app)
                .map(Optional::of)
                .onFailure(e -> e instanceof GheeException known && known.httpStatus() == 404)
                .recoverWithItem(Optional.empty()));
    }

    private List<AppId> unsettled() throws SQLException {
        List<AppId> apps = new ArrayList<>();
        try (Connection connection = database.connect();
                var query = connection.prepareStatement(UNSETTLED);
                var rows = query.executeQuery()) {
            while (rows.next()) {
                apps.add(new AppId(rows.getString(1)));
            }
        }
        return apps;
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static <T> T await(Uni<T> work) {
        try {
            return VertxContextSupport.subscribeAndAwait(() -> work);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
