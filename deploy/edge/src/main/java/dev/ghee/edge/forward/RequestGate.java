package dev.ghee.edge.forward;

import dev.ghee.contracts.HostName;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lets no request through whose framing a backend could read differently from us (RFC 9112 §6.3, request smuggling), or
 * whose body is announced as too long.
 */
public final class RequestGate {
    private static final Set<HttpMethod> METHODS = Set.of(
            HttpMethod.GET,
            HttpMethod.HEAD,
            HttpMethod.POST,
            HttpMethod.PUT,
            HttpMethod.PATCH,
            HttpMethod.DELETE,
            HttpMethod.OPTIONS);

    private RequestGate() {}

    /** Why the request may not pass, or null when it may. */
    public static @Nullable GheeException check(HttpServerRequest request, long maxBodyBytes) {
        MultiMap headers = request.headers();
        if (!METHODS.contains(request.method())) {
            return refusal(405, "Method not allowed");
        }
        if (!hasOneHost(request, headers)) {
            return refusal(400, "Exactly one valid Host header is needed");
        }
        String length = headers.get(HttpHeaders.CONTENT_LENGTH);
        String encoding = headers.get(HttpHeaders.TRANSFER_ENCODING);
        if (encoding != null && !isPlainlyChunked(request, headers, encoding, length)) {
            return refusal(400, "The framing of the body is ambiguous");
        }
        if (length != null) {
            long bytes = digits(length);
            if (bytes < 0) {
                return refusal(400, "Content-Length is not a number");
            }
            if (bytes > maxBodyBytes) {
                return bodyTooLong(maxBodyBytes);
            }
        }
        return null;
    }

    static GheeException bodyTooLong(long maxBodyBytes) {
        return refusal(413, "The request body is longer than " + maxBodyBytes + " bytes");
    }

    /** Answers a request that is no HTTP: 414, 431 or 400. */
    public static void answerMalformed(HttpServerRequest request) {
        Throwable cause = request.decoderResult().cause();
        GheeException error = switch (cause) {
            case TooLongHttpLineException _ -> refusal(414, "The URL is too long");
            case TooLongHttpHeaderException _ -> refusal(431, "The request headers are too large");
            case null, default -> refusal(400, "The request is malformed");
        };
        Answers.refuse(request, error);
    }

    private static boolean hasOneHost(HttpServerRequest request, MultiMap headers) {
        List<String> hosts = headers.getAll(HttpHeaders.HOST);
        if (hosts.isEmpty()) {
            return request.version() == HttpVersion.HTTP_1_0;
        }
        return hosts.size() == 1 && HostName.ofHeader(hosts.getFirst()) != null;
    }

    private static boolean isPlainlyChunked(
            HttpServerRequest request, MultiMap headers, String encoding, @Nullable String length) {
        return length == null
                && encoding.equals("chunked")
                && request.version() == HttpVersion.HTTP_1_1
                && headers.getAll(HttpHeaders.TRANSFER_ENCODING).size() == 1;
    }

    private static long digits(String text) {
        if (text.isEmpty() || text.length() > 18) {
            return -1;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return -1;
            }
        }
        return Long.parseLong(text);
    }

    private static GheeException refusal(int status, String message) {
        return new GheeException(ErrorCode.REQUEST_ERROR, message).withStatus(status);
    }
}
