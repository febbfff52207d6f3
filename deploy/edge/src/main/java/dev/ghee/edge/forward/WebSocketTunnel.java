package dev.ghee.edge.forward;

import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.NetSocket;

/**
 * Carries WebSockets as bytes, unparsed, so that extensions and close codes are a matter of client and service alone.
 * Each side is read only as fast as the other one takes it. Nothing passes before the service has answered 101.
 */
final class WebSocketTunnel {
    private static final int SWITCHING_PROTOCOLS = 101;

    private final String service;
    private final Replicas replicas;
    private final HttpClient client;
    private final Forwarding forwarding;
    private final Traffic traffic;
    private final int maxTunnels;

    WebSocketTunnel(
            String service,
            Replicas replicas,
            HttpClient client,
            Forwarding forwarding,
            Traffic traffic,
            int maxTunnels) {
        this.service = service;
        this.replicas = replicas;
        this.client = client;
        this.forwarding = forwarding;
        this.traffic = traffic;
        this.maxTunnels = maxTunnels;
    }

    static boolean isAskedFor(HttpServerRequest request) {
        MultiMap headers = request.headers();
        return request.method() == HttpMethod.GET
                && request.version() == HttpVersion.HTTP_1_1
                && headers.contains(HttpHeaders.UPGRADE, HttpHeaders.WEBSOCKET, true)
                && !hasBody(headers)
                && !headers.contains(HttpHeaders.TRANSFER_ENCODING);
    }

    /** Some clients announce that they send none. */
    private static boolean hasBody(MultiMap headers) {
        String length = headers.get(HttpHeaders.CONTENT_LENGTH);
        return length != null && !length.equals("0");
    }

    void open(HttpServerRequest request) {
        if (!traffic.tunnelOpened(maxTunnels)) {
            var full = new GheeException(ErrorCode.EXTERNAL_NETWORK_ERROR, "Too many WebSockets are open");
            Answers.refuse(request, full.withStatus(503).withHeader("retry-after", "30"));
            return;
        }
        request.pause();
        replicas.tunnel(client, request.uri())
                .onSuccess(connected -> carry(request, connected))
                .onFailure(failure -> failed(request, failure));
    }

    private void carry(HttpServerRequest request, Replicas.Connected connected) {
        Runnable closed = () -> {
            connected.replica().tunnelClosed();
            traffic.tunnelClosed();
        };
        handshake(request, connected.request())
                .onSuccess(answer -> answered(request, answer, closed))
                .onFailure(failure -> {
                    connected.replica().tunnelClosed();
                    failed(request, failure);
                });
    }

    private io.vertx.core.Future<HttpClientResponse> handshake(HttpServerRequest request, HttpClientRequest upstream) {
        MultiMap headers = upstream.headers().addAll(request.headers());
        headers.remove(HttpHeaders.HOST).remove(HttpHeaders.CONTENT_LENGTH);
        forwarding.toBackend(headers, request, request.response().headers().get(RequestIds.HEADER));
        headers.set(HttpHeaders.CONNECTION, HttpHeaders.UPGRADE);
        headers.set(HttpHeaders.UPGRADE, HttpHeaders.WEBSOCKET);
        upstream.exceptionHandler(_ -> {});
        var answer = upstream.connect();
        // A client that gives up during the handshake must not leave the service's side behind.
        request.response().exceptionHandler(_ -> upstream.reset());
        return answer;
    }

    private void answered(HttpServerRequest request, HttpClientResponse answer, Runnable closed) {
        traffic.answered(answer.statusCode());
        HttpServerResponse response = request.response().setStatusCode(answer.statusCode());
        MultiMap headers = response.headers();
        String requestId = headers.get(RequestIds.HEADER);
        headers.addAll(answer.headers());
        headers.set(RequestIds.HEADER, requestId);
        if (answer.statusCode() == SWITCHING_PROTOCOLS) {
            NetSocket backend = answer.netSocket();
            // The service's first frames may follow its handshake at once; they wait until the client is ready.
            backend.pause();
            request.toNetSocket()
                    .onSuccess(socket -> join(socket, backend, closed))
                    .onFailure(_ -> {
                        backend.close();
                        closed.run();
                    });
        } else {
            closed.run();
            refused(request, answer, response);
        }
    }

    /** The service said no: its answer goes to the client as it is. */
    private void refused(HttpServerRequest request, HttpClientResponse answer, HttpServerResponse response) {
        response.headers().remove(HttpHeaders.CONNECTION).remove(HttpHeaders.UPGRADE);
        if (!response.headers().contains(HttpHeaders.CONTENT_LENGTH)) {
            response.setChunked(true);
        }
        request.resume();
        answer.pipeTo(response).onFailure(_ -> response.reset());
    }

    private void join(NetSocket client, NetSocket backend, Runnable closed) {
        client.closeHandler(_ -> {
            closed.run();
            backend.close();
        });
        backend.closeHandler(_ -> client.close());
        client.pipeTo(backend);
        backend.pipeTo(client);
    }

    private void failed(HttpServerRequest request, Throwable failure) {
        traffic.tunnelClosed();
        traffic.upstreamFailed();
        if (!request.response().headWritten() && !request.response().closed()) {
            Answers.refuse(request, UpstreamFailure.of(service, failure));
        }
    }
}
