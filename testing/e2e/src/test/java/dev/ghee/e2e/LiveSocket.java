package dev.ghee.e2e;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A client of the realtime socket that remembers every frame. */
final class LiveSocket implements WebSocket.Listener, AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final List<JsonNode> frames = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final StringBuilder part = new StringBuilder();
    private final CompletableFuture<WebSocket> socket = new CompletableFuture<>();

    static LiveSocket connect(String url) {
        var live = new LiveSocket();
        live.socket.complete(CLIENT.newWebSocketBuilder()
                .connectTimeout(PATIENCE)
                .buildAsync(URI.create(url), live)
                .join());
        return live;
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        part.append(data);
        if (last) {
            try {
                frames.add(JSON.readTree(part.toString()));
            } catch (JsonProcessingException e) {
                closed.completeExceptionally(e);
            }
            part.setLength(0);
        }
        from.request(1);
        return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int status, String reason) {
        closed.complete(status);
        return CompletableFuture.completedStage(null);
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        closed.complete(-1);
    }

    LiveSocket send(Map<String, ?> frame) throws JsonProcessingException {
        socket.join().sendText(JSON.writeValueAsString(frame), true).join();
        return this;
    }

    LiveSocket subscribe(String table) throws JsonProcessingException {
        send(Map.of("type", "subscribe", "table", table));
        await(frame -> is(frame, "subscribed"));
        return this;
    }

    JsonNode await(Predicate<JsonNode> wanted) {
        return org.awaitility.Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> frames.stream().filter(wanted).findFirst(), java.util.Optional::isPresent)
                .orElseThrow();
    }

    static boolean is(JsonNode frame, String type) {
        return type.equals(frame.path("type").asText());
    }

    static boolean isChange(JsonNode frame, String operation, String rowId) {
        return is(frame, "change")
                && operation.equals(frame.path("op").asText())
                && (rowId.equals(frame.path("record").path("id").asText())
                        || rowId.equals(frame.path("old_record").path("id").asText()));
    }

    List<JsonNode> frames() {
        return List.copyOf(frames);
    }

    int closeCode() throws Exception {
        return closed.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        socket.join().abort();
    }
}
