package dev.ghee.edge.forward;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Headers on their way through. What a client says about where it comes from is replaced by what we see, unless the
 * peer is a trusted proxy; hop-by-hop headers (RFC 9110 §7.6.1) and credentials that only services use are dropped.
 */
public final class Forwarding {
    private static final CharSequence FOR = HttpHeaders.createOptimized("x-forwarded-for");
    private static final CharSequence PROTO = HttpHeaders.createOptimized("x-forwarded-proto");
    private static final CharSequence HOST = HttpHeaders.createOptimized("x-forwarded-host");
    private static final CharSequence HTTP = HttpHeaders.createOptimized("http");

    private static final List<CharSequence> HOP_BY_HOP = names(
            "connection",
            "keep-alive",
            "proxy-connection",
            "proxy-authenticate",
            "proxy-authorization",
            "te",
            "trailer",
            "upgrade");

    private static final List<CharSequence> NOT_FROM_CLIENTS = names(
            "forwarded",
            "x-forwarded-port",
            "x-forwarded-prefix",
            "x-forwarded-server",
            "x-forwarded-ssl",
            "x-real-ip",
            "x-butterbase-internal-secret",
            "expect");

    private final Set<String> trustedProxies;

    public Forwarding(Set<String> trustedProxies) {
        this.trustedProxies = Set.copyOf(trustedProxies);
    }

    private static List<CharSequence> names(String... names) {
        return java.util.Arrays.stream(names).map(HttpHeaders::createOptimized).toList();
    }

    /**
     * The host that backends will be told the request is for: what the client wrote, or what a trusted proxy says it
     * did. Several values are returned as one that names no host.
     */
    public @Nullable String host(HttpServerRequest client) {
        MultiMap headers = client.headers();
        boolean told = headers.contains(HOST)
                && trustedProxies.contains(client.remoteAddress().hostAddress());
        List<String> values = headers.getAll(told ? HOST : HttpHeaders.HOST);
        return values.isEmpty() ? null : String.join(",", values);
    }

    /** Turns the headers that a client sent into those for a backend. */
    void toBackend(MultiMap headers, HttpServerRequest client, CharSequence requestId) {
        dropHopByHop(headers);
        for (CharSequence name : NOT_FROM_CLIENTS) {
            headers.remove(name);
        }
        String peer = client.remoteAddress().hostAddress();
        boolean trusted = trustedProxies.contains(peer);
        String before = trusted ? headers.get(FOR) : null;
        headers.set(FOR, before == null ? peer : before + ", " + peer);
        if (!trusted || !headers.contains(PROTO)) {
            headers.set(PROTO, HTTP);
        }
        if (!trusted || !headers.contains(HOST)) {
            String host = client.headers().get(HttpHeaders.HOST);
            if (host == null) {
                headers.remove(HOST);
            } else {
                headers.set(HOST, host);
            }
        }
        headers.set(RequestIds.HEADER, requestId);
    }

    /** Turns the headers that a backend answered into those for the client; the request id is set already. */
    static void toClient(MultiMap headers) {
        dropHopByHop(headers);
        headers.remove(RequestIds.HEADER);
    }

    private static void dropHopByHop(MultiMap headers) {
        if (headers.contains(HttpHeaders.CONNECTION)) {
            for (String connection : List.copyOf(headers.getAll(HttpHeaders.CONNECTION))) {
                for (String name : connection.split(",", 32)) {
                    drop(headers, name.strip());
                }
            }
        }
        for (CharSequence name : HOP_BY_HOP) {
            headers.remove(name);
        }
    }

    /** A client may name its own hop-by-hop headers, but not make us lose those that the request rests on. */
    private static void drop(MultiMap headers, String name) {
        boolean essential = name.equalsIgnoreCase("content-length")
                || name.equalsIgnoreCase("transfer-encoding")
                || name.equalsIgnoreCase("host")
                || name.equalsIgnoreCase("authorization");
        if (!essential && !name.isEmpty()) {
            headers.remove(name);
        }
    }
}
