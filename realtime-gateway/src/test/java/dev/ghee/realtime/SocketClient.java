package dev.ghee.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.restassured.RestAssured;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A client of the protocol that keeps every frame it gets. */
final class SocketClient implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    final List<JsonNode> frames = new CopyOnWriteArrayList<>();
    final CompletableFuture<Integer> closeCode = new CompletableFuture<>();
    volatile String closeReason = "";

    private @Nullable WebSocket socket;

    private final class Listener implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                frames.add(json(text.toString()));
                text.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int statusCode, String reason) {
            closeReason = reason;
            closeCode.complete(statusCode);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            closeCode.complete(-1);
        }
    }

    static SocketClient connect(String path, String... headers) {
        return connect(path, headers, List.of());
    }

    /** @param first frames sent in the same breath as the handshake */
    static SocketClient connect(String path, String[] headers, List<String> first) {
        var client = new SocketClient();
        var builder = HTTP.newWebSocketBuilder();
        for (int i = 0; i < headers.length; i += 2) {
            builder.header(headers[i], headers[i + 1]);
        }
        WebSocket opened = builder.buildAsync(
                        URI.create("ws://127.0.0.1:" + RestAssured.port + path), client.new Listener())
                .join();
        client.socket = opened;
        first.forEach(frame -> opened.sendText(frame, true).join());
        return client;
    }

    SocketClient send(String frame) {
        WebSocket open = socket;
        assertThat(open).isNotNull();
        if (open != null) {
            open.sendText(frame, true).join();
        }
        return this;
    }

    /** Subscribes and waits for the acknowledgement. */
    SocketClient subscribe(String table) {
        return subscribe(table, null);
    }

    SocketClient subscribe(String table, @Nullable String filter) {
        long before = count(frame -> isAbout(frame, "subscribed", table));
        send("{\"type\":\"subscribe\",\"table\":\"" + table + "\"" + (filter == null ? "" : ",\"filter\":" + filter)
                + "}");
        await().atMost(PATIENCE)
                .until(() -> closeCode.isDone() || count(frame -> isAbout(frame, "subscribed", table)) > before);
        assertThat(closeCode.isDone()).describedAs("closed, after %s", frames).isFalse();
        return this;
    }

    List<JsonNode> changes() {
        return ofType("change");
    }

    List<JsonNode> ofType(String type) {
        return frames.stream()
                .filter(frame -> frame.path("type").asText().equals(type))
                .toList();
    }

    List<JsonNode> awaitChanges(int count) {
        await().atMost(PATIENCE).until(() -> changes().size() >= count);
        return changes();
    }

    JsonNode awaitType(String type) {
        await().atMost(PATIENCE).until(() -> !ofType(type).isEmpty());
        return ofType(type).getFirst();
    }

    int awaitClose() {
        await().atMost(PATIENCE).until(closeCode::isDone);
        return closeCode.join();
    }

    private long count(Predicate<JsonNode> test) {
        return frames.stream().filter(test).count();
    }

    private static boolean isAbout(JsonNode frame, String type, String table) {
        return frame.path("type").asText().equals(type)
                && frame.path("table").asText().equals(table);
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        WebSocket open = socket;
        if (open != null) {
            open.abort();
        }
    }
}
