package dev.ghee.functions.function;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import io.smallrye.mutiny.vertx.UniHelper;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The functions of apps, remembered from when somebody first asked until they change. A change is seen at once on the
 * replica that made it, and on others as soon as Kafka has told them. Fails with the errors of the app's database.
 */
@ApplicationScoped
public class FunctionDirectory {
    private static final int REMEMBERED_APPS = 10_000;

    private final FunctionStore store;
    private final Deployments deployments;
    private final Vertx vertx;
    private final long refreshNanos;
    private final Cache<AppId, Known> apps =
            Caffeine.newBuilder().maximumSize(REMEMBERED_APPS).build();
    private final List<Consumer<AppId>> listeners = new CopyOnWriteArrayList<>();

    FunctionDirectory(FunctionStore store, Deployments deployments, FunctionConfig config, Vertx vertx) {
        this.store = store;
        this.deployments = deployments;
        this.vertx = vertx;
        this.refreshNanos = config.refresh().toNanos();
    }

    /** What was read when; the future is of a reading that may still go on. */
    private record Known(Future<Map<String, DeployedFunction>> functions, long since) {}

    /** The function of this name; empty when the app has none. */
    public Future<Optional<DeployedFunction>> find(AppState app, String name) {
        return known(app).map(functions -> Optional.ofNullable(functions.get(name)));
    }

    /** All functions of the app, by name. */
    public Future<List<DeployedFunction>> all(AppState app) {
        return known(app).map(functions -> List.copyOf(functions.values()));
    }

    /** Called with each app whose functions may have changed, on any thread: be quick, do not block. */
    public void onChange(Consumer<AppId> listener) {
        listeners.add(listener);
    }

    void forget(AppId app) {
        apps.invalidate(app);
        listeners.forEach(listener -> listener.accept(app));
    }

    void forgetAll() {
        List<AppId> remembered = List.copyOf(apps.asMap().keySet());
        remembered.forEach(this::forget);
    }

    private Future<Map<String, DeployedFunction>> known(AppState app) {
        Known known = apps.getIfPresent(app.appId());
        if (known == null) {
            // Two that ask at once read twice; that is rarer than it is dear.
            known = read(app);
            apps.put(app.appId(), known);
            forgetWhenFailed(app.appId(), known);
        } else if (System.nanoTime() - known.since() > refreshNanos
                && known.functions().succeeded()) {
            refresh(app, known);
        }
        return onOwnContext(known.functions());
    }

    private Known read(AppState app) {
        Future<Map<String, DeployedFunction>> functions = UniHelper.toFuture(store.all(app))
                .map(all -> {
                    Map<String, DeployedFunction> byName = new LinkedHashMap<>();
                    all.forEach(function -> byName.put(function.name(), deployments.deployed(app, function)));
                    return byName;
                });
        return new Known(functions, System.nanoTime());
    }

    private void forgetWhenFailed(AppId app, Known known) {
        known.functions().onFailure(_ -> apps.asMap().remove(app, known));
    }

    /** Whoever asks meanwhile is told what was known; failing changes nothing but when it is tried again. */
    private void refresh(AppState app, Known old) {
        var busy = new Known(old.functions(), System.nanoTime());
        if (apps.asMap().replace(app.appId(), old, busy)) {
            Known fresh = read(app);
            fresh.functions().onSuccess(_ -> apps.asMap().replace(app.appId(), busy, fresh));
        }
    }

    /** A reading ends on the event loop of its connection; who asked goes on on its own. */
    private <T> Future<T> onOwnContext(Future<T> future) {
        if (future.isComplete()) {
            return future;
        }
        Promise<T> mine = ((ContextInternal) vertx.getOrCreateContext()).promise();
        future.onComplete(mine);
        return mine.future();
    }
}
