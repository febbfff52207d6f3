package dev.ghee.tenancy.rls;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.tenancy.region.RegionsConfig;
import io.netty.channel.EventLoop;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import io.vertx.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Connections to apps' databases: one pool per app, login and event loop, opened on demand and closed when idle,
 * bounded per app and in total. Waiting for a connection is bounded in length and time; beyond that the answer is 503
 * with {@code Retry-After}.
 */
@ApplicationScoped
public class AppPools {
    private static final long SWEEP_MILLIS = 250;
    /** A connection that has not answered for this much longer than any statement may take is dead. */
    private static final Duration LEASE_GRACE = Duration.ofSeconds(10);

    private static final Duration OWNER_STATEMENT_LIMIT = Duration.ofMinutes(5);

    private final Vertx vertx;
    private final RegionsConfig regions;
    private final PoolsConfig config;
    private final int eventLoops;
    private final AtomicInteger total = new AtomicInteger();
    private final ConcurrentHashMap<Key, LoopPool> pools = new ConcurrentHashMap<>();
    private final long sweeper;

    /** Platform work shares one pool per app, on whichever loop asked first; requests have one per loop. */
    private sealed interface Key {
        AppId app();

        record Request(AppId app, EventLoop loop) implements Key {}

        record Owner(AppId app) implements Key {}
    }

    AppPools(Vertx vertx, RegionsConfig regions, PoolsConfig config) {
        this.vertx = vertx;
        this.regions = regions;
        this.config = config;
        this.eventLoops = eventLoops(vertx);
        this.sweeper = vertx.setPeriodic(SWEEP_MILLIS, _ -> sweep());
    }

    private static int eventLoops(Vertx vertx) {
        int loops = 0;
        for (var _ : vertx.nettyEventLoopGroup()) {
            loops++;
        }
        return loops;
    }

    void stop(@Observes ShutdownEvent event) {
        vertx.cancelTimer(sweeper);
        pools.forEach(this::retire);
    }

    /**
     * Runs platform work in the app's database as the owner of everything in it, row-level security set aside. The
     * connection goes back when the work's future completes; session settings must not be changed.
     */
    public <T> Uni<T> withOwner(AppState app, Function<SqlConnection, Future<T>> work) {
        return Uni.createFrom().emitter(emitter -> {
            Promise<T> result = promise();
            lease(new Key.Owner(app.appId()), app, result, lane -> work.apply(lane.connection()));
            result.future().onComplete(emitter::complete, emitter::fail);
        });
    }

    /** Closes all connections to the app's database, such as before it is dropped or moved. */
    public void close(AppId app) {
        pools.forEach((key, pool) -> {
            if (key.app().equals(app)) {
                retire(key, pool);
            }
        });
    }

    /** Connections open or being opened, to all apps together. */
    public int connections() {
        return total.get();
    }

    Vertx vertx() {
        return vertx;
    }

    Duration statementTimeout() {
        return config.statementTimeout();
    }

    /** Runs work on a connection that may only assume request roles, on the caller's event loop. */
    <T> void leaseForRequest(AppState app, Promise<T> result, Function<Lane, Future<T>> work) {
        lease(new Key.Request(app.appId(), currentLoop().nettyEventLoop()), app, result, work);
    }

    /** A promise whose listeners run in the caller's own context. */
    <T> Promise<T> promise() {
        return ((ContextInternal) vertx.getOrCreateContext()).promise();
    }

    private <T> void lease(Key key, AppState app, Promise<T> result, Function<Lane, Future<T>> work) {
        LoopPool pool;
        try {
            pool = pools.computeIfAbsent(key, wanted -> open(wanted, app));
        } catch (GheeException e) {
            result.fail(e);
            return;
        }
        pool.loop().emit(pool, mine -> {
            Promise<Lane> lent = Promise.promise();
            lent.future().onComplete(got -> {
                if (got.succeeded()) {
                    run(mine, got.result(), result, work);
                } else {
                    result.fail(got.cause());
                }
            });
            if (!mine.lend(lent)) {
                pools.remove(key, mine);
                lease(key, app, result, work);
            }
        });
    }

    private static <T> void run(LoopPool pool, Lane lane, Promise<T> result, Function<Lane, Future<T>> work) {
        Future<T> done;
        try {
            done = work.apply(lane);
        } catch (RuntimeException e) {
            lane.markBroken();
            done = Future.failedFuture(e);
        }
        done.onComplete(outcome -> pool.loop().emit(lane, used -> {
            pool.giveBack(used);
            result.handle(outcome);
        }));
    }

    private LoopPool open(Key key, AppState app) {
        ContextInternal loop = currentLoop();
        return switch (key) {
            case Key.Request _ ->
                new LoopPool(
                        loop,
                        options(app, "ghee_authenticator", regions.postgres().authenticatorPassword(), "ghee-request"),
                        bounds(Math.max(1, config.maxPerApp() / eventLoops), config.statementTimeout()),
                        total);
            case Key.Owner _ ->
                new LoopPool(
                        loop,
                        options(app, "ghee_owner", regions.postgres().ownerPassword(), "ghee-platform"),
                        bounds(config.maxOwnerPerApp(), OWNER_STATEMENT_LIMIT),
                        total);
        };
    }

    private LoopPool.Bounds bounds(int maxSize, Duration statementLimit) {
        return new LoopPool.Bounds(
                maxSize,
                config.maxTotal(),
                config.maxWaiting(),
                config.acquireTimeout(),
                config.idleTimeout(),
                statementLimit.plus(LEASE_GRACE));
    }

    private PgConnectOptions options(AppState app, String user, String password, String applicationName) {
        RegionsConfig.Region region = regions.regions().get(app.region());
        if (region == null) {
            throw new GheeException(ErrorCode.EXTERNAL_DB_ERROR, "The app's region is not served here").withStatus(503);
        }
        var options = new PgConnectOptions()
                .setHost(region.postgres().host())
                .setPort(region.postgres().port())
                .setDatabase(app.appId().database())
                .setUser(user)
                .setPassword(password)
                .setSslMode(SslMode.PREFER)
                .setPipeliningLimit(64)
                .setProperties(Map.of("application_name", applicationName, "client_encoding", "UTF8"));
        options.setConnectTimeout(Math.toIntExact(config.connectTimeout().toMillis()));
        options.setTcpNoDelay(true).setTcpKeepAlive(true);
        if (config.preparedStatements() > 0) {
            options.setCachePreparedStatements(true).setPreparedStatementCacheMaxSize(config.preparedStatements());
        }
        return options;
    }

    /** The root context of the caller's event loop, or of some loop when the caller is on none. */
    private ContextInternal currentLoop() {
        Context context = vertx.getOrCreateContext();
        ContextInternal current = ((ContextInternal) context).unwrap();
        return current.isEventLoopContext() ? current : ownContext(current);
    }

    private ContextInternal ownContext(ContextInternal current) {
        return current.owner().createEventLoopContext(current.nettyEventLoop(), null, current.classLoader());
    }

    private void sweep() {
        pools.forEach((key, pool) -> pool.loop().runOnContext(_ -> {
            pool.sweep();
            if (pool.retireIfUnused()) {
                pools.remove(key, pool);
            }
        }));
    }

    private void retire(Key key, LoopPool pool) {
        pools.remove(key, pool);
        pool.loop().runOnContext(_ -> pool.retire());
    }
}
