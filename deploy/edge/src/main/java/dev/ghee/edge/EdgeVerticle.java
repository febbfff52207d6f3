package dev.ghee.edge;

import dev.ghee.edge.files.StaticFiles;
import dev.ghee.edge.forward.Answers;
import dev.ghee.edge.forward.BackendProxy;
import dev.ghee.edge.forward.Forwarding;
import dev.ghee.edge.forward.Replicas;
import dev.ghee.edge.forward.RequestGate;
import dev.ghee.edge.routes.Route;
import dev.ghee.edge.routes.RouteTables;
import dev.ghee.edge.routes.Target;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One event loop's share of the edge: a server on the common port and its own connections to the backends. */
final class EdgeVerticle extends AbstractVerticle {
    /** Longer URLs are answered 414. */
    private static final int MAX_REQUEST_LINE_BYTES = 8 * 1024;

    /** Larger heads are answered 431. */
    private static final int MAX_HEADER_BYTES = 16 * 1024;

    /** All servers of one Vert.x that ask for the same negative port share one free port; with 0, each gets its own. */
    private static final int ONE_FREE_PORT = -1;

    private final EdgeConfig config;
    private final RouteTables routes;
    private final EdgeState state;

    EdgeVerticle(EdgeConfig config, RouteTables routes, EdgeState state) {
        this.config = config;
        this.routes = routes;
        this.state = state;
    }

    @Override
    public void start(Promise<Void> started) {
        var forwarding = new Forwarding(config.trustedProxies());
        Map<String, BackendProxy> backends = new HashMap<>();
        state.services.forEach((service, replicas) -> backends.put(service, proxy(service, replicas, forwarding)));
        Map<Route, Handler<HttpServerRequest>> handlers = new IdentityHashMap<>();
        for (Route route : routes.routes()) {
            handlers.put(route, handler(route, backends));
        }
        var guard = new ConnectionGuard(vertx, state.connections, config.maxConnections());
        var entrance = new Entrance(
                routes, new SiteGate(config.apiHosts(), forwarding), handlers, new OwnEndpoints(state), state.traffic);
        vertx.createHttpServer(options())
                .connectionHandler(guard::connected)
                .requestHandler(request -> {
                    guard.heard(request.connection());
                    entrance.handle(request);
                })
                .invalidRequestHandler(RequestGate::answerMalformed)
                .listen(config.port() == 0 ? ONE_FREE_PORT : config.port(), config.host())
                .<Void>map(server -> {
                    state.port = server.actualPort();
                    return null;
                })
                .onComplete(started);
    }

    private HttpServerOptions options() {
        return new HttpServerOptions()
                .setHttp2ClearTextEnabled(false)
                .setMaxInitialLineLength(MAX_REQUEST_LINE_BYTES)
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                .setMaxChunkSize(16 * 1024)
                .setAcceptBacklog(4096)
                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                .setIdleTimeout((int) config.idleTimeout().toSeconds());
    }

    private BackendProxy proxy(String service, Replicas replicas, Forwarding forwarding) {
        return new BackendProxy(
                vertx,
                service,
                replicas,
                forwarding,
                state.traffic,
                new BackendProxy.Limits(config.idleTimeout(), config.maxTunnels()));
    }

    private Handler<HttpServerRequest> handler(Route route, Map<String, BackendProxy> backends) {
        return switch (route.target()) {
            case Target.Backend(String service) -> backend(backends, service).handler(route);
            case Target.Denied() -> Answers::unknownRoute;
            case Target.Files(String directory) -> {
                Path root = config.files().get(directory);
                yield root == null ? Answers::unknownRoute : new StaticFiles(vertx, root, "/" + directory + "/");
            }
        };
    }

    private static BackendProxy backend(Map<String, BackendProxy> backends, String service) {
        BackendProxy proxy = backends.get(service);
        if (proxy == null) {
            throw new IllegalArgumentException("No address for the service " + service);
        }
        return proxy;
    }
}
