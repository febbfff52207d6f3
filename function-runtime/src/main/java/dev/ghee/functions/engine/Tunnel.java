package dev.ghee.functions.engine;

import dev.ghee.service.upstream.UnwantedAnswer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.NetSocket;

/** Joins a client's WebSocket with a function's, byte for byte. */
final class Tunnel {
    private static final int SWITCHING_PROTOCOLS = 101;

    private Tunnel() {}

    /** Completes when the two are joined, or when the function's other answer has begun. */
    static Future<Void> open(
            Vertx vertx, HttpClientRequest request, HttpServerRequest upgrade, FunctionProcess process) {
        request.headers()
                .remove(HttpHeaders.CONTENT_LENGTH)
                .set(HttpHeaders.CONNECTION, HttpHeaders.UPGRADE)
                .set(HttpHeaders.UPGRADE, HttpHeaders.WEBSOCKET);
        request.exceptionHandler(_ -> {});
        // A client that gives up during the handshake must not leave the function's side behind.
        upgrade.response().exceptionHandler(_ -> request.reset());
        return request.connect().compose(answer -> answered(vertx, answer, upgrade, process));
    }

    private static Future<Void> answered(
            Vertx vertx, HttpClientResponse answer, HttpServerRequest upgrade, FunctionProcess process) {
        process.progressed();
        HttpServerResponse response = upgrade.response().setStatusCode(answer.statusCode());
        answer.headers().forEach((name, value) -> {
            if (!name.regionMatches(true, 0, "x-ghee-", 0, 7)) {
                response.headers().add(name, value);
            }
        });
        if (answer.statusCode() != SWITCHING_PROTOCOLS) {
            response.headers().remove(HttpHeaders.CONNECTION).remove(HttpHeaders.UPGRADE);
            if (!response.headers().contains(HttpHeaders.CONTENT_LENGTH)) {
                response.setChunked(true);
            }
            upgrade.resume();
            // From here on a client that hangs up is met where its answer is written: resetting could hit another call.
            response.exceptionHandler(_ -> {});
            return answer.pipeTo(response).onFailure(_ -> {
                UnwantedAnswer.discard(vertx, answer);
                response.reset();
            });
        }
        NetSocket function = answer.netSocket();
        // Its first frames may follow the handshake at once; they wait until the client is ready.
        function.pause();
        process.tunnels().incrementAndGet();
        return upgrade.toNetSocket()
                .onSuccess(client -> join(client, function, process))
                .onFailure(_ -> {
                    process.tunnels().decrementAndGet();
                    function.close();
                })
                .mapEmpty();
    }

    private static void join(NetSocket client, NetSocket function, FunctionProcess process) {
        client.closeHandler(_ -> {
            process.tunnels().decrementAndGet();
            function.close();
        });
        function.closeHandler(_ -> client.close());
        client.pipeTo(function);
        function.pipeTo(client);
    }
}
