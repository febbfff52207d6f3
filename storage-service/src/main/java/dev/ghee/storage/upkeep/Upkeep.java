package dev.ghee.storage.upkeep;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.tenancy.directory.AppDirectory;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/**
 * Looks after apps in which something may have been left: those where something was begun since this process started,
 * and after its start all of them once. One app at a time, again and again until there is nothing more in it. Nobody
 * has to ask all apps' databases all the time.
 */
@ApplicationScoped
public class Upkeep {
    private static final Logger LOG = Logger.getLogger(Upkeep.class);

    private final AppDirectory apps;
    private final UpkeepConfig config;
    private final Vertx vertx;
    private final List<Task> tasks = new CopyOnWriteArrayList<>();
    private final Set<AppId> expected = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean working = new AtomicBoolean();
    private volatile boolean stopping;

    Upkeep(AppDirectory apps, UpkeepConfig config, Vertx vertx) {
        this.apps = apps;
        this.config = config;
        this.vertx = vertx;
    }

    /** One kind of work. */
    public interface Task {
        /** On a virtual thread. True when there is more to come, now or later; may fail, and is asked again then. */
        boolean lookAfter(AppState app);
    }

    /** To be called while the service starts. */
    public void add(Task task) {
        tasks.add(task);
    }

    /** Something that may need looking after was begun in the app. */
    public void expect(AppId app) {
        expected.add(app);
    }

    void start(@Observes StartupEvent event) {
        apps.all().forEach(app -> expected.add(app.appId()));
        vertx.setPeriodic(config.interval().toMillis(), _ -> {
            if (!expected.isEmpty() && working.compareAndSet(false, true)) {
                Thread.ofVirtual().name("upkeep").start(this::all);
            }
        });
    }

    void stop(@Observes ShutdownEvent event) {
        stopping = true;
    }

    private void all() {
        try {
            for (AppId id : List.copyOf(expected)) {
                if (stopping) {
                    return;
                }
                expected.remove(id);
                apps.known(id)
                        .filter(app -> app.status() == AppState.Status.READY)
                        .ifPresent(this::one);
            }
        } finally {
            working.set(false);
        }
    }

    private void one(AppState app) {
        for (Task task : tasks) {
            try {
                if (task.lookAfter(app)) {
                    expected.add(app.appId());
                }
            } catch (RuntimeException e) {
                LOG.warnf("Not looked after, trying again: app=%s cause=%s", app.appId(), e);
                expected.add(app.appId());
            }
        }
    }
}
