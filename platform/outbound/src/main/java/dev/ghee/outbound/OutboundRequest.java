package dev.ghee.outbound;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A call. It may hold secrets, so it does not print itself. */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record OutboundRequest(String method, URI uri, Map<String, String> headers, byte @Nullable [] body) {
    public static OutboundRequest get(URI uri) {
        return new OutboundRequest("GET", uri, Map.of("Accept", "application/json"), null);
    }

    /** A form as browsers send it. */
    public static OutboundRequest form(URI uri, Map<String, String> fields) {
        String body = fields.entrySet().stream()
                .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
                .collect(Collectors.joining("&"));
        return new OutboundRequest(
                "POST",
                uri,
                Map.of("Accept", "application/json", "Content-Type", "application/x-www-form-urlencoded"),
                body.getBytes(StandardCharsets.UTF_8));
    }

    public OutboundRequest header(String name, String value) {
        var more = new HashMap<>(headers);
        more.put(name, value);
        return new OutboundRequest(method, uri, Map.copyOf(more), body);
    }

    OutboundRequest to(URI next) {
        return new OutboundRequest(method, next, headers, body);
    }

    /** What another origin may see of a request: no credentials. */
    OutboundRequest withoutCredentials() {
        var fewer = new HashMap<>(headers);
        fewer.keySet().removeIf(name -> name.equalsIgnoreCase("Authorization") || name.equalsIgnoreCase("Cookie"));
        return new OutboundRequest(method, uri, Map.copyOf(fewer), body);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "OutboundRequest[" + method + " " + uri.getHost() + "]";
    }
}
