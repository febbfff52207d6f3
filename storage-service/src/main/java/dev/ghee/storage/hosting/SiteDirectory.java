package dev.ghee.storage.hosting;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.storage.hosting.site.Site;
import io.smallrye.mutiny.vertx.UniHelper;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;

/**
 * Live sites, remembered from when somebody first asked until they change. A change is seen at once on the replica that
 * made it, and on others as soon as Kafka has told them. Fails with the errors of the app's database.
 */
@ApplicationScoped
class SiteDirectory {
    /** Of all sites that are remembered together; one takes about half a kilobyte. */
    private static final int REMEMBERED_FILES = 200_000;
    /** What an app without files, or one that is being read, counts as. */
    private static final int LEAST_WEIGHT = 10;

    private final SiteStore store;
    private final Vertx vertx;
    private final long refreshNanos;
    private final Cache<AppId, Known> sites = Caffeine.newBuilder()
            .maximumWeight(REMEMBERED_FILES)
            .weigher((AppId _, Known known) -> known.weight())
            .build();

    SiteDirectory(SiteStore store, HostingConfig config, Vertx vertx) {
        this.store = store;
        this.vertx = vertx;
        this.refreshNanos = config.refresh().toNanos();
    }

    /** What was read when; the future is of a reading that may still go on. */
    private record Known(Future<Optional<Site>> site, long since) {
        int weight() {
            return !site.succeeded()
                    ? LEAST_WEIGHT
                    : LEAST_WEIGHT
                            + site.result()
                                    .map(found -> found.files().size()
                                            + found.former().size())
                                    .orElse(0);
        }
    }

    /** The site, empty when nothing is deployed. Complete already when it is remembered. */
    Future<Optional<Site>> find(AppState app) {
        Known known = sites.getIfPresent(app.appId());
        if (known == null) {
            Known fresh = read(app);
            // Two that ask at once read twice; that is rarer than it is dear.
            sites.put(app.appId(), fresh);
            fresh.site()
                    // Again, so that it is weighed with what it holds.
                    .onSuccess(_ -> sites.asMap().replace(app.appId(), fresh, weighed(fresh)))
                    .onFailure(_ -> sites.asMap().remove(app.appId(), fresh));
            known = fresh;
        } else if (System.nanoTime() - known.since() > refreshNanos
                && known.site().succeeded()) {
            refresh(app, known);
        }
        return onOwnContext(known.site());
    }

    void forget(AppId app) {
        sites.invalidate(app);
    }

    void forgetAll() {
        List.copyOf(sites.asMap().keySet()).forEach(this::forget);
    }

    private Known read(AppState app) {
        return new Known(UniHelper.toFuture(store.live(app)), System.nanoTime());
    }

    private static Known weighed(Known fresh) {
        return new Known(Future.succeededFuture(fresh.site().result()), fresh.since());
    }

    /** Whoever asks meanwhile is told what was known; failing changes nothing but when it is tried again. */
    private void refresh(AppState app, Known old) {
        var busy = new Known(old.site(), System.nanoTime());
        if (sites.asMap().replace(app.appId(), old, busy)) {
            Known fresh = read(app);
            fresh.site().onSuccess(_ -> sites.asMap().replace(app.appId(), busy, weighed(fresh)));
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
