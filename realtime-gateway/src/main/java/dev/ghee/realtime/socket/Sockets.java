package dev.ghee.realtime.socket;

import dev.ghee.contracts.ApiKeyState;
import dev.ghee.contracts.AppState;
import dev.ghee.contracts.UserEvent;
import dev.ghee.realtime.event.FunctionEvents;
import dev.ghee.realtime.presence.PresenceRooms;
import dev.ghee.realtime.socket.Entrance.Turn;
import dev.ghee.realtime.socket.RealtimeSocket.Services;
import dev.ghee.realtime.stream.AppStreams;
import dev.ghee.realtime.subscription.CursorCodec;
import dev.ghee.tenancy.caller.Credentials;
import dev.ghee.tenancy.directory.AppDirectory;
import dev.ghee.tenancy.directory.KeyDirectory;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** All sockets of this process: takes new ones in, and checks those of an app or key again when it changes. */
@ApplicationScoped
class Sockets {
    private final Vertx vertx;
    private final SocketConfig config;
    private final SocketAuth auth;
    private final Services services;
    private final Entrance entrance;
    private final Map<String, Set<RealtimeSocket>> byApp = new ConcurrentHashMap<>();

    Sockets(
            Vertx vertx,
            SocketConfig config,
            SocketAuth auth,
            AppStreams streams,
            FilterChecks checks,
            CursorCodec cursors,
            PresenceRooms presence,
            FunctionEvents events,
            AppDirectory apps,
            KeyDirectory keys,
            UserRevocations revocations,
            MeterRegistry metrics) {
        this.vertx = vertx;
        this.config = config;
        this.auth = auth;
        this.entrance = new Entrance(vertx, config.entering(), config.authLimit());
        this.services = new Services(
                auth,
                new SocketSubscriptions.Services(streams, checks, cursors),
                presence,
                events,
                metrics.counter("ghee.realtime.slow.clients"));
        apps.onChange(this::appChanged);
        keys.onChange(this::keyChanged);
        revocations.onEvent(this::userChanged);
        new QueueLimit(config.maxQueuedBytesTotal(), this::all).start(vertx, metrics);
        metrics.gauge(
                "ghee.realtime.sockets",
                byApp,
                all -> all.values().stream().mapToInt(Set::size).sum());
    }

    void routes(@Observes Router router) {
        router.route(HttpMethod.GET, "/v1/:app/realtime").order(0).handler(this::upgrade);
    }

    private void upgrade(RoutingContext route) {
        HttpServerRequest request = route.request();
        if (!"websocket".equalsIgnoreCase(request.getHeader(HttpHeaders.UPGRADE))) {
            route.next();
            return;
        }
        String app = route.pathParam("app");
        String query = route.queryParam("token").stream().findFirst().orElse("");
        String token = query.isEmpty() ? Credentials.bearerOf(request.getHeader(HttpHeaders.AUTHORIZATION)) : query;
        var wire = new Wire(request.connection());
        // Its own end would otherwise be over before its turn comes.
        request.pause();
        Context loop = vertx.getOrCreateContext();
        entrance.enter(turn -> loop.runOnContext(_ -> {
            if (request.response().closed()) {
                turn.end();
                return;
            }
            request.toWebSocket()
                    .onSuccess(webSocket -> accept(webSocket, wire, app, token, turn))
                    .onFailure(_ -> {
                        // The end of what was read may still come, and must not complete the handshake again.
                        request.endHandler(null);
                        turn.end();
                    });
        }));
    }

    private void accept(ServerWebSocket webSocket, Wire wire, String app, @Nullable String token, Turn turn) {
        var socket = new RealtimeSocket(vertx, webSocket, wire, config, services, app, token);
        socket.listen();
        webSocket.closeHandler(_ -> {
            forget(socket);
            socket.gone();
        });
        auth.identify(app, token)
                .onTermination()
                .invoke(() -> socket.loop().execute(turn::end))
                .subscribe()
                .with(
                        identity -> socket.loop().execute(() -> admit(socket, identity)),
                        failure -> socket.loop().execute(() -> socket.refuse(RefusedException.of(failure))));
    }

    private void admit(RealtimeSocket socket, Identity identity) {
        Set<RealtimeSocket> others = byApp.computeIfAbsent(socket.app(), _ -> ConcurrentHashMap.newKeySet());
        others.add(socket);
        if (others.size() > limit(identity.app())) {
            forget(socket);
            socket.refuse(new RefusedException(CloseReason.CONNECTION_LIMIT, "Too many connections"));
            return;
        }
        socket.open(identity);
        // What changed between the check and now was told to nobody.
        socket.checkAgain();
    }

    private int limit(AppState app) {
        AppState.Limits limits = app.limits();
        Integer own = limits == null ? null : limits.realtimeConnections();
        return own == null ? config.perApp() : own;
    }

    private void forget(RealtimeSocket socket) {
        byApp.computeIfPresent(socket.app(), (_, sockets) -> {
            sockets.remove(socket);
            return sockets.isEmpty() ? null : sockets;
        });
    }

    private void appChanged(AppState app) {
        byApp.getOrDefault(app.appId().value(), Set.of()).forEach(RealtimeSocket::checkAgain);
    }

    private void keyChanged(ApiKeyState key) {
        byApp.values()
                .forEach(sockets -> checkAgain(
                        sockets,
                        identity -> identity.keyId().filter(key.keyId()::equals).isPresent()));
    }

    private void userChanged(UserEvent event) {
        checkAgain(
                byApp.getOrDefault(event.appId().value(), Set.of()),
                identity -> identity.userId().filter(event.userId()::equals).isPresent());
    }

    private static void checkAgain(Collection<RealtimeSocket> sockets, Predicate<Identity> concerned) {
        for (RealtimeSocket socket : sockets) {
            socket.loop().execute(() -> {
                Identity identity = socket.identity();
                if (identity != null && concerned.test(identity)) {
                    socket.checkAgain();
                }
            });
        }
    }

    private Collection<RealtimeSocket> all() {
        return byApp.values().stream().flatMap(Set::stream).toList();
    }

    void stop(@Observes ShutdownEvent event) {
        byApp.values()
                .forEach(sockets ->
                        sockets.forEach(socket -> socket.loop().execute(() -> socket.close(CloseReason.SHUTDOWN))));
    }
}
