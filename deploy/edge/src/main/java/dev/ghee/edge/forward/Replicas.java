package dev.ghee.edge.forward;

import io.vertx.core.Future;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The processes of one service. Requests go to them in turn; a WebSocket goes to the one that carries fewest, so that a
 * replica that joins late gets its share. One that cannot be connected to is passed over for a moment, and the request
 * that found out goes to the next: nothing was sent yet, so that is safe for any method. Shared by all event loops.
 */
public final class Replicas {
    private static final Duration REST = Duration.ofSeconds(1);

    private final List<Replica> all;
    private final AtomicInteger turn = new AtomicInteger();

    /** @param addresses at least one, such as {@code http://127.0.0.1:8080} */
    public Replicas(List<URI> addresses) {
        this.all = addresses.stream().map(Replica::new).toList();
    }

    /** One process. */
    static final class Replica {
        private final URI address;
        private final AtomicInteger tunnels = new AtomicInteger();
        private final AtomicLong avoidUntil = new AtomicLong(System.nanoTime());

        private Replica(URI address) {
            this.address = address;
        }

        private boolean avoided(long now) {
            return now - avoidUntil.get() < 0;
        }

        private void avoid(long now) {
            avoidUntil.set(now + REST.toNanos());
        }

        private int tunnels() {
            return tunnels.get();
        }

        /** To be called once for each {@link Connected} of {@link Replicas#tunnel}. */
        void tunnelClosed() {
            tunnels.decrementAndGet();
        }

        private Future<HttpClientRequest> connect(HttpClient client, HttpMethod method, String uri) {
            return client.request(new RequestOptions()
                    .setMethod(method)
                    .setHost(address.getHost())
                    .setPort(address.getPort())
                    .setURI(uri));
        }
    }

    /** A connection on which nothing was sent yet. */
    record Connected(Replica replica, HttpClientRequest request) {}

    /** For one request. Fails with the last replica's failure when none can be connected to. */
    Future<HttpClientRequest> request(HttpClient client, HttpMethod method, String uri) {
        return connect(client, method, uri, new ArrayDeque<>(inTurn())).map(Connected::request);
    }

    /** For one WebSocket; until {@link Replica#tunnelClosed} it counts as open. Fails like {@link #request}. */
    Future<Connected> tunnel(HttpClient client, String uri) {
        List<Replica> order = inTurn();
        long now = System.nanoTime();
        Deque<Replica> candidates = new ArrayDeque<>(order.stream()
                .sorted(Comparator.comparing((Replica replica) -> replica.avoided(now))
                        .thenComparingInt(Replica::tunnels))
                .toList());
        return openTunnel(client, uri, candidates);
    }

    private Future<Connected> openTunnel(HttpClient client, String uri, Deque<Replica> candidates) {
        Replica replica = candidates.removeFirst();
        // Counted before it is connected, or all sockets of one moment would go to the same replica.
        replica.tunnels.incrementAndGet();
        return replica.connect(client, HttpMethod.GET, uri)
                .map(request -> new Connected(replica, request))
                .recover(failure -> {
                    replica.tunnelClosed();
                    return goesOn(replica, failure, candidates)
                            ? openTunnel(client, uri, candidates)
                            : Future.failedFuture(failure);
                });
    }

    private Future<Connected> connect(HttpClient client, HttpMethod method, String uri, Deque<Replica> candidates) {
        Replica replica = candidates.removeFirst();
        return replica.connect(client, method, uri)
                .map(request -> new Connected(replica, request))
                .recover(failure -> goesOn(replica, failure, candidates)
                        ? connect(client, method, uri, candidates)
                        : Future.failedFuture(failure));
    }

    private static boolean goesOn(Replica replica, Throwable failure, Deque<Replica> candidates) {
        if (failure instanceof ConnectException || failure instanceof UnknownHostException) {
            replica.avoid(System.nanoTime());
        }
        return !candidates.isEmpty();
    }

    /** All, beginning with the next in turn; those that refused a moment ago come last, in case the others do too. */
    private List<Replica> inTurn() {
        if (all.size() == 1) {
            return all;
        }
        int first = Math.floorMod(turn.getAndIncrement(), all.size());
        long now = System.nanoTime();
        List<Replica> rotated = IntStream.range(0, all.size())
                .mapToObj(i -> all.get((first + i) % all.size()))
                .toList();
        return Stream.concat(
                        rotated.stream().filter(replica -> !replica.avoided(now)),
                        rotated.stream().filter(replica -> replica.avoided(now)))
                .toList();
    }
}
