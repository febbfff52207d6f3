package dev.ghee.functions.trigger;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.functions.function.DeployedFunction;
import dev.ghee.functions.function.FunctionDirectory;
import dev.ghee.tenancy.directory.AppDirectory;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Reads the functions of each app once after the start, and again when they change, and tells those who have work with
 * them: nobody has to ask every app's database now and then. A few apps at a time; an app whose database does not answer
 * is asked again later.
 */
@ApplicationScoped
public class TriggerIndex {
    private static final Logger LOG = Logger.getLogger(TriggerIndex.class);
    private static final int AT_ONCE = 4;
    private static final Duration RETRY = Duration.ofMinutes(1);
    private static final Duration READING = Duration.ofSeconds(15);

    private final AppDirectory apps;
    private final FunctionDirectory functions;
    private final Vertx vertx;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final Set<AppId> waiting = ConcurrentHashMap.newKeySet();
    /** The newest first, so that a deploy does not wait until all apps are read after a start; some are in it twice. */
    private final Deque<AppId> order = new ConcurrentLinkedDeque<>();

    private final Semaphore room = new Semaphore(AT_ONCE);
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("triggers-", 0).factory());
    private volatile boolean stopping;

    TriggerIndex(AppDirectory apps, FunctionDirectory functions, Vertx vertx) {
        this.apps = apps;
        this.functions = functions;
        this.vertx = vertx;
    }

    /** Hears of an app's functions; of none when the app is gone or being deleted. On a virtual thread. */
    public interface Listener {
        void changed(AppState app, List<DeployedFunction> functions);
    }

    /** To be called while the service starts. */
    public void onChange(Listener listener) {
        listeners.add(listener);
    }

    void start(@Observes StartupEvent event) {
        functions.onChange(this::refresh);
        apps.onChange(app -> refresh(app.appId()));
        apps.all().forEach(app -> refresh(app.appId()));
    }

    void stop(@Observes ShutdownEvent event) {
        stopping = true;
        threads.shutdownNow();
    }

    private void refresh(AppId app) {
        if (!stopping) {
            waiting.add(app);
            order.addFirst(app);
            threads.execute(this::readOne);
        }
    }

    private void readOne() {
        try {
            room.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        try {
            AppId id = order.pollFirst();
            if (id != null && waiting.remove(id)) {
                read(id);
            }
        } finally {
            room.release();
        }
    }

    private void read(AppId id) {
        try {
            AppState app = apps.known(id).orElse(null);
            if (app != null) {
                read(app);
            }
        } catch (Exception e) {
            LOG.debugf("Triggers not read, trying again: app=%s cause=%s", id, e);
            if (!stopping) {
                vertx.setTimer(RETRY.toMillis(), _ -> refresh(id));
            }
        }
    }

    private void read(AppState app) throws Exception {
        boolean serving = app.status() == AppState.Status.READY || app.status() == AppState.Status.MIGRATING;
        List<DeployedFunction> all = serving
                ? functions
                        .all(app)
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get(READING.toSeconds(), TimeUnit.SECONDS)
                : List.of();
        listeners.forEach(listener -> listener.changed(app, all));
    }
}
