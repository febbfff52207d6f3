package dev.ghee.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Several processes of one service, some of which come and go. */
class ReplicasFaultIT {
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** Answers with its name, and counts its WebSockets. */
    private record Backend(String name, AtomicInteger sockets) implements Handler<HttpServerRequest> {
        Backend(String name) {
            this(name, new AtomicInteger());
        }

        @Override
        public void handle(HttpServerRequest request) {
            if (request.headers().contains("upgrade")) {
                sockets.incrementAndGet();
                request.toWebSocket().onSuccess(socket -> socket.closeHandler(_ -> sockets.decrementAndGet()));
            } else {
                request.response().end(name);
            }
        }
    }

    private static int freePort() throws Exception {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String get(TestEdge edge) throws Exception {
        var answer = CLIENT.send(HttpRequest.newBuilder(edge.uri("/v1/app/t")).build(), BodyHandlers.ofString());
        return answer.statusCode() + " " + answer.body();
    }

    private static List<String> gets(TestEdge edge, int count) throws Exception {
        List<String> answers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            answers.add(get(edge));
        }
        return answers;
    }

    private static WebSocket socket(TestEdge edge) {
        URI uri = URI.create("ws://127.0.0.1:" + edge.port() + "/v1/app/realtime");
        return CLIENT.newWebSocketBuilder()
                .buildAsync(uri, new WebSocket.Listener() {})
                .join();
    }

    @Test
    void requestsTakeTurnsAndWebSocketsGoWhereFewestAre() throws Exception {
        int port = freePort();
        var one = new Backend("one");
        var two = new Backend("two");
        try (var edge = TestEdge.beforeReplicas(one, port)) {
            TestEdge.get(edge.vertx().createHttpServer().requestHandler(two).listen(port, "127.0.0.1"));
            assertThat(gets(edge, 4)).containsExactlyInAnyOrder("200 one", "200 one", "200 two", "200 two");
            for (int i = 0; i < 6; i++) {
                socket(edge);
            }
            assertThat(List.of(one.sockets().get(), two.sockets().get())).containsExactly(3, 3);
        }
    }

    @Test
    void aReplicaThatDoesNotListenIsPassedOverAndUsedAgainOnceItDoes() throws Exception {
        int port = freePort();
        var one = new Backend("one");
        var two = new Backend("two");
        try (var edge = TestEdge.beforeReplicas(one, port)) {
            assertThat(gets(edge, 4)).containsOnly("200 one");
            List<WebSocket> sockets = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                sockets.add(socket(edge));
            }
            assertThat(one.sockets()).hasValue(4);

            HttpServer late = TestEdge.get(
                    edge.vertx().createHttpServer().requestHandler(two).listen(port, "127.0.0.1"));
            await().atMost(Duration.ofSeconds(10)).until(() -> get(edge).equals("200 two"));
            for (int i = 0; i < 4; i++) {
                sockets.add(socket(edge));
            }
            assertThat(List.of(one.sockets().get(), two.sockets().get())).containsExactly(4, 4);

            TestEdge.get(late.close());
            await().atMost(Duration.ofSeconds(10)).until(() -> get(edge).equals("200 one"));
            assertThat(gets(edge, 10)).containsOnly("200 one");
        }
    }

    @Test
    void aSocketThatEndsMakesRoomWhereItWas() throws Exception {
        int port = freePort();
        var one = new Backend("one");
        var two = new Backend("two");
        try (var edge = TestEdge.beforeReplicas(one, port)) {
            TestEdge.get(edge.vertx().createHttpServer().requestHandler(two).listen(port, "127.0.0.1"));
            for (int i = 0; i < 4; i++) {
                WebSocket socket = socket(edge);
                if (i < 2) {
                    socket.abort();
                    await().until(() -> one.sockets().get() + two.sockets().get() == 0);
                }
            }
            assertThat(List.of(one.sockets().get(), two.sockets().get())).containsExactly(1, 1);
        }
    }
}
