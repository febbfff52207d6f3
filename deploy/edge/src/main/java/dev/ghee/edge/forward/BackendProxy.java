package dev.ghee.edge.forward;

import dev.ghee.edge.routes.Route;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.PoolOptions;
import io.vertx.httpproxy.HttpProxy;
import io.vertx.httpproxy.ProxyOptions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** One event loop's connections to one service's replicas. Keep-alive without pipelining, so a slow answer delays only itself. */
public final class BackendProxy {
    private static final int CONNECT_MILLIS = 2_000;

    /** Per event loop and replica; the services answer in milliseconds, so more would only queue inside them. */
    private static final int MAX_CONNECTIONS = 256;

    /** Requests that may wait for a connection; more are answered 503. */
    private static final int MAX_WAITING = 1_024;

    /** Shorter than the services' own idle timeout, so that we never send on a connection just being closed. */
    private static final int KEEP_ALIVE_SECONDS = 60;

    private final String service;
    private final Replicas replicas;
    private final HttpClient client;
    private final WebSocketTunnel tunnel;
    private final Forwarding forwarding;
    private final Traffic traffic;

    /**
     * @param idle silence after which a connection that is waiting for an answer is given up
     * @param maxTunnels WebSockets open at once, over all services
     */
    public record Limits(Duration idle, int maxTunnels) {}

    public BackendProxy(
            Vertx vertx, String service, Replicas replicas, Forwarding forwarding, Traffic traffic, Limits limits) {
        this.service = service;
        this.replicas = replicas;
        this.forwarding = forwarding;
        this.traffic = traffic;
        this.client = vertx.createHttpClient(options(limits), new PoolOptions().setHttp1MaxSize(MAX_CONNECTIONS));
        // A tunnel keeps its connection for hours: those come from a pool of their own.
        HttpClient tunnels =
                vertx.createHttpClient(options(limits), new PoolOptions().setHttp1MaxSize(limits.maxTunnels()));
        this.tunnel = new WebSocketTunnel(service, replicas, tunnels, forwarding, traffic, limits.maxTunnels());
    }

    private static HttpClientOptions options(Limits limits) {
        return new HttpClientOptions()
                .setConnectTimeout(CONNECT_MILLIS)
                .setKeepAlive(true)
                .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
                .setPipelining(false)
                .setMaxWaitQueueSize(MAX_WAITING)
                .setMaxHeaderSize(64 * 1024)
                .setMaxChunkSize(16 * 1024)
                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                .setIdleTimeout((int) limits.idle().toSeconds());
    }

    /** What serves this route's requests. */
    public Handler<HttpServerRequest> handler(Route route) {
        HttpProxy proxy = HttpProxy.reverseProxy(new ProxyOptions().setSupportWebSocket(false), client)
                .origin(context -> replicas.request(
                                context.client(),
                                context.request().getMethod(),
                                context.request().getURI())
                        .map(BackendProxy::withQuietFailures))
                .addInterceptor(new PassThrough(service, route.maxBodyBytes(), forwarding, traffic));
        if (!route.webSocket()) {
            return proxy;
        }
        return request -> {
            if (WebSocketTunnel.isAskedFor(request)) {
                tunnel.open(request);
            } else {
                proxy.handle(request);
            }
        };
    }

    /** Failures arrive with the answer; without a handler of its own the request would log each of them, too. */
    private static HttpClientRequest withQuietFailures(HttpClientRequest request) {
        request.exceptionHandler(_ -> {});
        return request;
    }
}
