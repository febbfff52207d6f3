package dev.ghee.bench.faults;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A client that keeps the cursor of the last change and, whenever its socket ends, connects again and asks for what
 * came after. It holds every writer's rows against 0, 1, 2 and so on.
 */
final class Follower implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);
    private static final long RETRY_MILLIS = 250;

    private final HttpClient http;
    private final URI uri;
    private final int[] next;
    private final Thread connector;
    private String cursor = "";
    private @Nullable WebSocket current;
    private int connections;
    private int lost;
    private int repeated;
    private int resyncs;
    private String trouble = "";
    private long lastChange = System.nanoTime();
    private long longestSilence;
    private boolean subscribed;
    private boolean ended;

    /**
     * What went wrong so far.
     *
     * @param lost rows that were passed over
     * @param repeated rows that came twice or after a later one
     * @param reconnects connections after the first
     * @param trouble the last complaint of the server; empty when there was none
     */
    record Account(int lost, int repeated, int resyncs, int reconnects, String trouble) {}

    Follower(HttpClient http, URI uri, int writers) {
        this.http = http;
        this.uri = uri;
        this.next = new int[writers];
        this.connector = Thread.ofVirtual().name("follower").start(this::keepConnected);
    }

    /** Hears one socket; a socket that was given up is not listened to. */
    private final class Listener implements WebSocket.Listener {
        private final StringBuilder part = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            part.append(data);
            if (last) {
                heard(socket, part.toString());
                part.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            gone(socket);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            gone(socket);
        }
    }

    private void keepConnected() {
        try {
            while (true) {
                connect();
                synchronized (this) {
                    while (current != null) {
                        wait();
                    }
                    if (ended) {
                        return;
                    }
                }
                Thread.sleep(RETRY_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void connect() throws InterruptedException {
        try {
            WebSocket socket = http.newWebSocketBuilder()
                    .connectTimeout(CONNECT_LIMIT)
                    .buildAsync(uri, new Listener())
                    .get(CONNECT_LIMIT.toSeconds(), TimeUnit.SECONDS);
            String subscribe;
            synchronized (this) {
                current = socket;
                connections++;
                subscribed = false;
                subscribe = "{\"type\":\"subscribe\",\"table\":\"t\""
                        + (cursor.isEmpty() ? "" : ",\"since\":\"" + cursor + "\"") + "}";
            }
            socket.sendText(subscribe, true).whenComplete((_, failure) -> {
                if (failure != null) {
                    gone(socket);
                }
            });
        } catch (ExecutionException | TimeoutException e) {
            // Nothing answers yet; the next attempt follows.
            trouble(String.valueOf(e.getMessage()));
        }
    }

    private synchronized void trouble(String what) {
        trouble = what;
    }

    private synchronized void gone(WebSocket socket) {
        if (socket == current) {
            current = null;
            notifyAll();
        }
    }

    private void heard(WebSocket socket, String text) {
        JsonNode frame;
        try {
            frame = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
        synchronized (this) {
            if (socket != current) {
                return;
            }
            switch (frame.path("type").asText()) {
                case "change" -> change(frame);
                case "subscribed" -> subscribed = true;
                case "resync" -> resyncs++;
                case "error" -> {
                    trouble = frame.path("message").asText();
                    socket.abort();
                    gone(socket);
                }
                default -> {
                    // Heartbeats and the like say nothing about changes.
                }
            }
        }
    }

    private void change(JsonNode frame) {
        int writer = frame.path("record").path("w").asInt();
        int n = frame.path("record").path("n").asInt();
        if (n < next[writer]) {
            repeated++;
        } else {
            lost += n - next[writer];
            next[writer] = n + 1;
        }
        cursor = frame.path("cursor").asText();
        long now = System.nanoTime();
        longestSilence = Math.max(longestSilence, now - lastChange);
        lastChange = now;
    }

    /** Whether it is subscribed on a socket that is open. */
    synchronized boolean listens() {
        return current != null && subscribed;
    }

    synchronized boolean hasCursor() {
        return !cursor.isEmpty();
    }

    synchronized boolean has(int[] counts) {
        return Arrays.equals(next, counts);
    }

    /** Rows that are in the table and did not arrive. */
    synchronized int missing(int[] counts) {
        int missing = 0;
        for (int writer = 0; writer < counts.length; writer++) {
            missing += Math.max(0, counts[writer] - next[writer]);
        }
        return missing;
    }

    synchronized Account account() {
        return new Account(lost, repeated, resyncs, Math.max(0, connections - 1), trouble);
    }

    /** The longest time between two changes since it was asked last. */
    synchronized Duration longestSilence() {
        Duration longest = Duration.ofNanos(longestSilence);
        longestSilence = 0;
        return longest;
    }

    /** Silence begins anew, after a pause in writing. */
    synchronized void expectChanges() {
        lastChange = System.nanoTime();
    }

    @Override
    public void close() {
        synchronized (this) {
            ended = true;
            if (current != null) {
                current.abort();
                current = null;
            }
            notifyAll();
        }
        connector.interrupt();
    }
}
