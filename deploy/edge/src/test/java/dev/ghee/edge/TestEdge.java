package dev.ghee.edge;

import dev.ghee.contracts.ApiHosts;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** An edge with the real route table in front of one backend, which plays every service. */
final class TestEdge implements AutoCloseable {
    private static final Path ROUTES = Path.of("../routes.yaml");

    private final Vertx vertx;
    private final Edge edge;
    private final int backendPort;

    private TestEdge(Vertx vertx, Edge edge, int backendPort) {
        this.vertx = vertx;
        this.edge = edge;
        this.backendPort = backendPort;
    }

    static TestEdge before(Handler<HttpServerRequest> backend) throws Exception {
        return before(backend, Set.of(), Files.createTempDirectory("edge-static"));
    }

    static TestEdge before(Handler<HttpServerRequest> backend, Set<String> trustedProxies, Path files)
            throws Exception {
        Vertx vertx = Vertx.vertx();
        int port = get(vertx.createHttpServer().requestHandler(backend).listen(0, "127.0.0.1"))
                .actualPort();
        return new TestEdge(vertx, edge(List.of(port), trustedProxies, files), port);
    }

    /** An edge whose backend does not listen. */
    static TestEdge beforeNothing() throws Exception {
        int freePort;
        try (var socket = new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            freePort = socket.getLocalPort();
        }
        Path none = Files.createTempDirectory("edge-static");
        return new TestEdge(Vertx.vertx(), edge(List.of(freePort), Set.of(), none), freePort);
    }

    /** An edge in front of several replicas, by port; the first one listens, the others are the caller's. */
    static TestEdge beforeReplicas(Handler<HttpServerRequest> first, Integer... others) throws Exception {
        Vertx vertx = Vertx.vertx();
        int port = get(vertx.createHttpServer().requestHandler(first).listen(0, "127.0.0.1"))
                .actualPort();
        List<Integer> ports = new ArrayList<>(List.of(port));
        ports.addAll(List.of(others));
        return new TestEdge(vertx, edge(ports, Set.of(), Files.createTempDirectory("edge-static")), port);
    }

    private static Edge edge(List<Integer> backendPorts, Set<String> trustedProxies, Path files) throws IOException {
        List<URI> backend = backendPorts.stream()
                .map(port -> URI.create("http://127.0.0.1:" + port))
                .toList();
        return Edge.start(new EdgeConfig(
                "127.0.0.1",
                0,
                ROUTES,
                Map.of(
                        "control-api",
                        backend,
                        "realtime-gateway",
                        backend,
                        "function-runtime",
                        backend,
                        "storage-service",
                        backend),
                Map.of("examples", files),
                trustedProxies,
                ApiHosts.of(List.of("api.example")),
                2,
                Duration.ofSeconds(20),
                1000,
                100));
    }

    /** Lets a backend begin to listen where there was none. */
    void startBackend(Handler<HttpServerRequest> backend) throws Exception {
        get(vertx.createHttpServer().requestHandler(backend).listen(backendPort, "127.0.0.1"));
    }

    Vertx vertx() {
        return vertx;
    }

    int port() {
        return edge.port();
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port() + path);
    }

    static <T> T get(io.vertx.core.Future<T> future) throws ExecutionException, InterruptedException, TimeoutException {
        return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws Exception {
        edge.close();
        get(vertx.close());
    }
}
