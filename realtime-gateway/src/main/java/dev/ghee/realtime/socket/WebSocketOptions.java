package dev.ghee.realtime.socket;

import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.HttpServerOptions;
import jakarta.enterprise.context.ApplicationScoped;

/** Sets what Quarkus has no keys for. */
@ApplicationScoped
class WebSocketOptions implements HttpServerOptionsCustomizer {
    private final SocketConfig config;

    WebSocketOptions(SocketConfig config) {
        this.config = config;
    }

    @Override
    public void customizeHttpServer(HttpServerOptions options) {
        options.setMaxWebSocketFrameSize(config.maxFrameBytes());
        options.setMaxWebSocketMessageSize(config.maxFrameBytes());
        // Compressing per socket would cost more than all else, and all sockets share one frame's bytes.
        options.setPerMessageWebSocketCompressionSupported(false);
        options.setPerFrameWebSocketCompressionSupported(false);
    }

    @Override
    public void customizeHttpsServer(HttpServerOptions options) {
        customizeHttpServer(options);
    }
}
