package dev.ghee.edge;

import dev.ghee.edge.forward.Answers;
import io.vertx.core.http.HttpServerRequest;

/** What the edge answers itself: {@code /_edge/health}, and {@code /_edge/metrics} for callers on this machine. */
final class OwnEndpoints {
    static final String PREFIX = "/_edge/";

    private final EdgeState state;

    OwnEndpoints(EdgeState state) {
        this.state = state;
    }

    void serve(HttpServerRequest request, String path) {
        switch (path) {
            case "/_edge/health" -> answer(request, "application/json", "{\"status\":\"ok\",\"service\":\"edge\"}");
            case "/_edge/metrics" -> metrics(request);
            default -> Answers.unknownRoute(request);
        }
    }

    private void metrics(HttpServerRequest request) {
        String peer = request.remoteAddress().hostAddress();
        if (peer != null && (peer.startsWith("127.") || peer.equals("::1") || peer.equals("0:0:0:0:0:0:0:1"))) {
            answer(
                    request,
                    "text/plain; version=0.0.4; charset=utf-8",
                    state.traffic.prometheus() + "edge_connections_open " + state.connections.get() + "\n");
        } else {
            Answers.unknownRoute(request);
        }
    }

    private static void answer(HttpServerRequest request, String type, String body) {
        request.response().putHeader("content-type", type).end(body);
    }
}
