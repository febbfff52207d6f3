package dev.ghee.edge;

import dev.ghee.edge.forward.Answers;
import dev.ghee.edge.forward.RequestGate;
import dev.ghee.edge.forward.RequestIds;
import dev.ghee.edge.forward.Traffic;
import dev.ghee.edge.routes.RequestPath;
import dev.ghee.edge.routes.Route;
import dev.ghee.edge.routes.RouteTables;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** First stop of every request: gives it an id, finds its route, and refuses what may not pass. */
final class Entrance implements Handler<HttpServerRequest> {
    private final RouteTables routes;
    private final SiteGate sites;
    private final Map<Route, Handler<HttpServerRequest>> handlers;
    private final OwnEndpoints own;
    private final Traffic traffic;
    private final RequestIds ids = new RequestIds();

    Entrance(
            RouteTables routes,
            SiteGate sites,
            Map<Route, Handler<HttpServerRequest>> handlers,
            OwnEndpoints own,
            Traffic traffic) {
        this.routes = routes;
        this.sites = sites;
        this.handlers = handlers;
        this.own = own;
        this.traffic = traffic;
    }

    @Override
    public void handle(HttpServerRequest request) {
        traffic.request();
        request.response().putHeader(RequestIds.HEADER, ids.of(request));
        String path = RequestPath.canonical(request.uri());
        if (path == null) {
            Answers.refuse(request, new GheeException(ErrorCode.REQUEST_ERROR, "The request target is malformed"));
            return;
        }
        if (path.startsWith(OwnEndpoints.PREFIX)) {
            own.serve(request, path);
            return;
        }
        Route route = route(request, path);
        GheeException refusal = RequestGate.check(request, route == null ? 0 : route.maxBodyBytes());
        if (refusal != null) {
            Answers.refuse(request, refusal);
            return;
        }
        handler(route).handle(request);
    }

    private @Nullable Route route(HttpServerRequest request, String path) {
        return switch (sites.of(request)) {
            case API -> routes.api().find(path);
            case SITE -> routes.sites().find(path);
            case NOBODY -> null;
        };
    }

    private Handler<HttpServerRequest> handler(@Nullable Route route) {
        Handler<HttpServerRequest> handler = route == null ? null : handlers.get(route);
        return handler == null ? Answers::unknownRoute : handler;
    }
}
