package dev.ghee.bench.realtime;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The reference of the fan-out: a Vert.x server that knows nothing but sockets. Says its port; then sends each line it
 * is told to every socket. As many event loops as the gateway has by default.
 */
final class BareBroadcast {
    private static final List<Loop> LOOPS = new CopyOnWriteArrayList<>();

    private BareBroadcast() {}

    public static void main(String[] args) throws IOException {
        Vertx vertx = Vertx.vertx();
        int loops = 2 * Runtime.getRuntime().availableProcessors();
        vertx.deployVerticle(Loop::new, new DeploymentOptions().setInstances(loops))
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        System.out.println(LOOPS.getFirst().port);
        try (var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String text = line;
                LOOPS.forEach(loop -> loop.send(text));
            }
        }
        System.exit(0);
    }

    /** One event loop and its sockets; all share the port. */
    private static final class Loop extends AbstractVerticle {
        private final Set<ServerWebSocket> sockets = new HashSet<>();
        private int port;

        @Override
        public void start(io.vertx.core.Promise<Void> started) {
            var options = new HttpServerOptions()
                    .setHost("127.0.0.1")
                    // Below 0: one free port for all instances.
                    .setPort(-1)
                    .setAcceptBacklog(4096)
                    .setPerMessageWebSocketCompressionSupported(false)
                    .setPerFrameWebSocketCompressionSupported(false);
            vertx.createHttpServer(options)
                    .webSocketHandler(socket -> {
                        sockets.add(socket);
                        socket.closeHandler(_ -> sockets.remove(socket));
                    })
                    .listen()
                    .onSuccess(server -> {
                        port = server.actualPort();
                        LOOPS.add(this);
                    })
                    .<Void>mapEmpty()
                    .onComplete(started);
        }

        void send(String text) {
            context.runOnContext(_ -> sockets.forEach(socket -> socket.writeTextMessage(text)));
        }
    }
}
