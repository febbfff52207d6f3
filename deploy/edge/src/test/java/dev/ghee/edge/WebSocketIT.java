package dev.ghee.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class WebSocketIT {
    private static final AtomicLong flooded = new AtomicLong();
    private static final AtomicInteger closed = new AtomicInteger();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static TestEdge edge;

    /** What a client hears, in order. */
    private static final class Heard implements WebSocket.Listener {
        final BlockingQueue<String> texts = new LinkedBlockingQueue<>();
        final CompletableFuture<Integer> close = new CompletableFuture<>();
        private final StringBuilder part = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            part.append(data);
            if (last) {
                texts.add(part.toString());
                part.setLength(0);
            }
            socket.request(1);
            return CompletableFuture.completedStage(null);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            close.complete(status);
            return CompletableFuture.completedStage(null);
        }

        String next() throws InterruptedException {
            String text = texts.poll(10, TimeUnit.SECONDS);
            return text == null ? "(nothing)" : text;
        }
    }

    @BeforeAll
    static void start() throws Exception {
        edge = TestEdge.before(WebSocketIT::backend);
    }

    @AfterAll
    static void stop() throws Exception {
        edge.close();
    }

    private static void backend(HttpServerRequest request) {
        String token = request.getParam("token", "");
        switch (token) {
            case "bad" ->
                request.response()
                        .setStatusCode(404)
                        .putHeader("content-type", "application/json")
                        .end("{\"error\":\"no such app\"}");
            case "flood" -> request.toWebSocket().onSuccess(WebSocketIT::flood);
            default -> request.toWebSocket().onSuccess(WebSocketIT::converse);
        }
    }

    private static void converse(ServerWebSocket socket) {
        socket.writeTextMessage("connected " + socket.headers().get("x-forwarded-for"));
        socket.textMessageHandler(text -> {
            if (text.equals("close")) {
                socket.close((short) 1008, "Auth failed");
            } else {
                socket.writeTextMessage("echo " + text);
            }
        });
        socket.closeHandler(_ -> closed.incrementAndGet());
    }

    private static void flood(ServerWebSocket socket) {
        var message = Buffer.buffer(new byte[32 * 1024]);
        while (!socket.writeQueueFull() && !socket.isClosed()) {
            socket.writeBinaryMessage(message);
            flooded.addAndGet(message.length());
        }
        socket.drainHandler(_ -> flood(socket));
    }

    private static WebSocket connect(Heard heard, String token) {
        URI uri = URI.create("ws://127.0.0.1:" + edge.port() + "/v1/app/realtime?token=" + token);
        return CLIENT.newWebSocketBuilder()
                .header("X-Forwarded-For", "6.6.6.6")
                .buildAsync(uri, heard)
                .join();
    }

    @RepeatedTest(20)
    void theServicesFirstWordIsNotLost() throws Exception {
        var heard = new Heard();
        WebSocket socket = connect(heard, "a");
        assertThat(heard.next()).isEqualTo("connected 127.0.0.1");
        socket.abort();
    }

    @Test
    void carriesMessagesBothWaysInOrder() throws Exception {
        var heard = new Heard();
        WebSocket socket = connect(heard, "a");
        assertThat(heard.next()).startsWith("connected");
        for (int i = 0; i < 500; i++) {
            socket.sendText("m" + i, true).join();
        }
        for (int i = 0; i < 500; i++) {
            assertThat(heard.next()).isEqualTo("echo m" + i);
        }
        socket.abort();
    }

    @Test
    void carriesABigMessage() throws Exception {
        var heard = new Heard();
        WebSocket socket = connect(heard, "a");
        assertThat(heard.next()).startsWith("connected");
        socket.sendText("x".repeat(50_000), true).join();
        assertThat(heard.next()).hasSize(50_005);
        socket.abort();
    }

    @Test
    void carriesTheServicesCloseCode() throws Exception {
        var heard = new Heard();
        WebSocket socket = connect(heard, "a");
        socket.sendText("close", true).join();
        assertThat(heard.close.get(10, TimeUnit.SECONDS)).isEqualTo(1008);
    }

    @Test
    void aServiceNoticesThatTheClientHasGone() throws Exception {
        var heard = new Heard();
        WebSocket socket = connect(heard, "a");
        assertThat(heard.next()).startsWith("connected");
        int before = closed.get();
        socket.abort();
        await().atMost(Duration.ofSeconds(5)).until(() -> closed.get() > before);
    }

    @Test
    void passesOnARefusal() {
        assertThatThrownBy(() -> connect(new Heard(), "bad"))
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        WebSocketHandshakeException.class,
                        e -> assertThat(e.getResponse().statusCode()).isEqualTo(404));
    }

    @Test
    void aClientThatDoesNotReadHoldsTheServiceBack() throws Exception {
        var silent = new WebSocket.Listener() {
            @Override
            public void onOpen(WebSocket socket) {
                // Asks for nothing.
            }
        };
        URI uri = URI.create("ws://127.0.0.1:" + edge.port() + "/v1/app/realtime?token=flood");
        WebSocket socket = CLIENT.newWebSocketBuilder().buildAsync(uri, silent).join();
        var before = new AtomicLong(-1);
        await().pollInterval(Duration.ofMillis(300))
                .atMost(Duration.ofSeconds(20))
                .until(() -> flooded.get() > 0 && before.getAndSet(flooded.get()) == flooded.get());
        assertThat(flooded.get()).isLessThan(32L << 20);
        socket.abort();
    }

    @Test
    void elsewhereAnUpgradeIsAnOrdinaryRequest() throws Exception {
        try (var connection = new RawConnection(edge.port())) {
            String answer = connection
                    .send("GET /v1/app/posts?token=bad HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n"
                            + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                    .receive();
            assertThat(answer).startsWith("HTTP/1.1 404 ").contains("no such app");
        }
    }
}
