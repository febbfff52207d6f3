package dev.ghee.functions.invoke;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What of a request's headers a function sees, and of a function's a client. Functions answer under the same host as
 * the platform's own pages, so the platform's cookies are kept from them, and documents of theirs are put into an
 * origin of their own.
 */
final class PassedHeaders {
    /** Of the platform: what lets a request past its limits or in as somebody. */
    private static final List<String> PLATFORM =
            List.of("x-rate-limit-bypass", "x-test-user-id", "x-butterbase-internal-secret", "x-admin-secret");

    /** Of one connection only; the server makes its own. */
    private static final Set<String> HOP_BY_HOP =
            Set.of("connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade");

    private static final String INTERNAL = "x-ghee-";
    private static final String COOKIE_PREFIX = "ghee-";
    /** A document in an origin of its own can run scripts, but nothing of the platform's pages is in its reach. */
    private static final String SANDBOX = "sandbox allow-scripts allow-forms allow-popups allow-modals allow-downloads";

    private PassedHeaders() {}

    static MultiMap ofRequest(HttpServerRequest request) {
        MultiMap headers = HttpHeaders.headers().addAll(request.headers());
        PLATFORM.forEach(headers::remove);
        String host = request.authority() == null ? null : request.authority().toString();
        if (host != null) {
            headers.set(HttpHeaders.HOST, host);
        }
        String cookies = headers.get(HttpHeaders.COOKIE);
        if (cookies != null && cookies.contains(COOKIE_PREFIX)) {
            String own = Arrays.stream(cookies.split(";"))
                    .map(String::strip)
                    .filter(cookie -> !isPlatforms(cookie))
                    .collect(Collectors.joining("; "));
            if (own.isEmpty()) {
                headers.remove(HttpHeaders.COOKIE);
            } else {
                headers.set(HttpHeaders.COOKIE, own);
            }
        }
        return headers;
    }

    /** What the function says of a thing goes before what the platform says of it. */
    static void answer(MultiMap function, HttpServerResponse response) {
        MultiMap headers = response.headers();
        if (!headers.isEmpty()) {
            for (String name : function.names()) {
                if (!name.equalsIgnoreCase("vary")) {
                    headers.remove(name);
                }
            }
        }
        for (Map.Entry<String, String> header : function) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            boolean passes = !HOP_BY_HOP.contains(name)
                    && !name.startsWith(INTERNAL)
                    && !(name.equals("set-cookie") && isPlatforms(header.getValue()));
            if (passes) {
                headers.add(header.getKey(), header.getValue());
            }
        }
        if (isDocument(function.get(HttpHeaders.CONTENT_TYPE))) {
            headers.add("Content-Security-Policy", SANDBOX);
        }
    }

    private static boolean isPlatforms(String cookie) {
        String name = cookie.strip().toLowerCase(Locale.ROOT);
        return name.startsWith(COOKIE_PREFIX)
                || name.startsWith("__host-" + COOKIE_PREFIX)
                || name.startsWith("__secure-" + COOKIE_PREFIX);
    }

    /** Types in which a browser runs scripts; it guesses when there is none. */
    private static boolean isDocument(@Nullable String contentType) {
        if (contentType == null) {
            return true;
        }
        String type = contentType.toLowerCase(Locale.ROOT);
        return type.contains("html") || type.contains("xml") || type.contains("svg") || !type.contains("/");
    }
}
