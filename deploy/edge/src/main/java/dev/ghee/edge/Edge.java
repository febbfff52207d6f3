package dev.ghee.edge;

import dev.ghee.edge.routes.Route;
import dev.ghee.edge.routes.RouteTables;
import dev.ghee.edge.routes.RoutesFile;
import dev.ghee.edge.routes.Target;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The running edge. {@link #main} takes its settings from the file that {@code -Dghee.edge.config} names. */
public final class Edge implements AutoCloseable {
    private static final int START_SECONDS = 30;
    private static final int STOP_SECONDS = 5;

    private final Vertx vertx;
    private final int port;

    private Edge(Vertx vertx, int port) {
        this.vertx = vertx;
        this.port = port;
    }

    public static void main(String[] args) throws Exception {
        String file = System.getProperty("ghee.edge.config");
        if (file == null) {
            System.err.println("Name the configuration file with -Dghee.edge.config=<file>");
            System.exit(2);
            return;
        }
        EdgeConfig config = EdgeConfig.read(Path.of(file));
        Edge edge = start(config);
        Runtime.getRuntime().addShutdownHook(new Thread(edge::close, "edge-stop"));
        System.out.println("Edge ready: url=http://" + config.host() + ":" + edge.port());
    }

    /** Returns once it accepts connections; fails when the port is taken or the route table names unknown services. */
    public static Edge start(EdgeConfig config) throws IOException {
        RouteTables routes = RoutesFile.read(config.routes());
        requireBackends(routes, config);
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(config.eventLoops()));
        var state = new EdgeState(config.backends());
        try {
            vertx.deployVerticle(
                            () -> new EdgeVerticle(config, routes, state),
                            new DeploymentOptions().setInstances(config.eventLoops()))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(START_SECONDS, TimeUnit.SECONDS);
            return new Edge(vertx, state.port);
        } catch (ExecutionException | TimeoutException e) {
            vertx.close();
            throw new IOException("The edge did not start: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            vertx.close();
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while starting", e);
        }
    }

    private static void requireBackends(RouteTables routes, EdgeConfig config) {
        for (Route route : routes.routes()) {
            if (route.target() instanceof Target.Backend(String service)
                    && !config.backends().containsKey(service)) {
                throw new IllegalArgumentException(
                        "Route " + route.pattern() + " leads to " + service + ", which backends does not name");
            }
        }
    }

    public int port() {
        return port;
    }

    /** Stops accepting and closes all connections; waits a few seconds at most. */
    @Override
    public void close() {
        try {
            vertx.close().toCompletionStage().toCompletableFuture().get(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            System.err.println("Edge stopped uncleanly: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
