package dev.ghee.edge;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Bounds what connections cost before they ask for anything: too many at once are closed at accept, and so is one that
 * does not send a request head in time. Belongs to one event loop.
 */
final class ConnectionGuard {
    private static final long FIRST_REQUEST_MILLIS = 15_000;

    private final Vertx vertx;
    private final AtomicInteger open;
    private final int maxOpen;
    private final Map<HttpConnection, Long> silent = new IdentityHashMap<>();

    ConnectionGuard(Vertx vertx, AtomicInteger open, int maxOpen) {
        this.vertx = vertx;
        this.open = open;
        this.maxOpen = maxOpen;
    }

    void connected(HttpConnection connection) {
        connection.closeHandler(_ -> {
            open.decrementAndGet();
            heard(connection);
        });
        if (open.incrementAndGet() > maxOpen) {
            connection.close();
            return;
        }
        silent.put(connection, vertx.setTimer(FIRST_REQUEST_MILLIS, _ -> {
            silent.remove(connection);
            connection.close();
        }));
    }

    /** A request arrived on this connection. */
    void heard(HttpConnection connection) {
        if (!silent.isEmpty()) {
            Long timer = silent.remove(connection);
            if (timer != null) {
                vertx.cancelTimer(timer);
            }
        }
    }
}
