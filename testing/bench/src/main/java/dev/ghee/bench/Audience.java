package dev.ghee.bench;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/** Sockets of distinct users on one table that time what they get. Rows carry {@code id} and when they were written. */
final class Audience implements AutoCloseable {
    private static final int MAX_LATENCIES = 4_000_000;
    private static final int CONNECTING = 32;
    private static final String ID = "\"id\":";
    private static final String SENT = "\"sent\":\"";

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
    private final WebSocketClient client = vertx.createWebSocketClient(
            new WebSocketClientOptions().setMaxConnections(100_000).setMaxFrameSize(1 << 20));
    private final List<WebSocket> sockets = new ArrayList<>();
    private final AtomicLong received = new AtomicLong();
    private final AtomicInteger disordered = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();
    private final AtomicLongArray latencies = new AtomicLongArray(MAX_LATENCIES);

    /** Microseconds. */
    record Times(long p50, long p99, long max) {}

    /** Connects and subscribes everybody; returns when all are acknowledged. */
    static Audience of(String edgeUrl, RealtimeApp app, int users, String table) throws Exception {
        var audience = new Audience();
        URI edge = URI.create(edgeUrl);
        var subscribed = new CountDownLatch(users);
        var connecting = new Semaphore(CONNECTING);
        for (int i = 0; i < users; i++) {
            connecting.acquire();
            var options = new WebSocketConnectOptions()
                    .setHost(edge.getHost())
                    .setPort(edge.getPort())
                    .setURI("/v1/" + app.id() + "/realtime?token=" + app.token("u" + i));
            audience.client.connect(options).onComplete(connected -> {
                connecting.release();
                if (connected.succeeded()) {
                    audience.join(connected.result(), table, subscribed);
                } else {
                    audience.closed.incrementAndGet();
                }
            });
        }
        if (!subscribed.await(120, TimeUnit.SECONDS)) {
            throw new IllegalStateException(subscribed.getCount() + " of " + users + " sockets did not subscribe");
        }
        return audience;
    }

    private synchronized void join(WebSocket socket, String table, CountDownLatch subscribed) {
        sockets.add(socket);
        long[] last = {-1};
        socket.closeHandler(_ -> closed.incrementAndGet());
        socket.textMessageHandler(text -> {
            if (text.startsWith("{\"type\":\"change\"")) {
                received(text, last);
            } else if (text.startsWith("{\"type\":\"subscribed\"")) {
                subscribed.countDown();
            }
        });
        socket.writeTextMessage("{\"type\":\"subscribe\",\"table\":\"" + table + "\"}");
    }

    private void received(String text, long[] last) {
        long now = System.nanoTime();
        long id = number(text, ID);
        if (id <= last[0]) {
            disordered.incrementAndGet();
        }
        last[0] = id;
        long index = received.getAndIncrement();
        if (index < MAX_LATENCIES) {
            latencies.set((int) index, now - number(text, SENT));
        }
    }

    private static long number(String text, String after) {
        int at = text.indexOf(after) + after.length();
        long value = 0;
        while (Character.isDigit(text.charAt(at))) {
            value = value * 10 + text.charAt(at++) - '0';
        }
        return value;
    }

    void reset() {
        received.set(0);
        disordered.set(0);
    }

    long received() {
        return received.get();
    }

    int closed() {
        return closed.get();
    }

    /** Changes that came twice or before an earlier one. */
    int disordered() {
        return disordered.get();
    }

    Times times() {
        long[] sorted = new long[(int) Math.min(MAX_LATENCIES, received.get())];
        for (int i = 0; i < sorted.length; i++) {
            sorted[i] = latencies.get(i) / 1000;
        }
        Arrays.sort(sorted);
        return sorted.length == 0
                ? new Times(0, 0, 0)
                : new Times(sorted[sorted.length / 2], sorted[(int) (sorted.length * 0.99)], sorted[sorted.length - 1]);
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
