package dev.ghee.functions.engine;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.RequestOptions;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** How a call looks on the way to a process. */
final class CallRequest {
    private static final CharSequence LOAD = HttpHeaders.createOptimized("x-ghee-load");
    private static final CharSequence CONTEXT = HttpHeaders.createOptimized("x-ghee-context");
    private static final String OURS = "x-ghee-";
    /** Of one connection only (RFC 9110 §7.6.1). */
    private static final Set<String> HOP_BY_HOP = Set.of(
            "connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "expect");

    private CallRequest() {}

    static RequestOptions options(Call call, FunctionProcess process) {
        return new RequestOptions()
                .setServer(process.addressOf(FunctionProcess.id(call.function(), call.revision())))
                .setHost("localhost")
                .setMethod(call.method())
                .setURI(call.uri());
    }

    static void setHeaders(Call call, HttpClientRequest request) {
        MultiMap headers = request.headers();
        for (Map.Entry<String, String> header : call.headers()) {
            String name = header.getKey();
            if (!dropped(name)) {
                headers.add(name, header.getValue());
            }
        }
        headers.set(LOAD, FunctionProcess.id(call.function(), call.revision()));
        headers.set(CONTEXT, call.contextJson());
    }

    private static boolean dropped(String name) {
        char first = name.isEmpty() ? 'x' : name.charAt(0);
        // Most headers begin with another letter than those below.
        if ("ckptueCKPTUEx X".indexOf(first) < 0) {
            return false;
        }
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.startsWith(OURS) || HOP_BY_HOP.contains(lower);
    }

    /** Sends headers and body; completes when the answer begins. */
    static Future<HttpClientResponse> send(Call call, HttpClientRequest request) {
        return switch (call.body()) {
            case CallBody.None() -> request.send();
            case CallBody.Whole(var bytes) -> {
                request.headers().remove(HttpHeaders.CONTENT_LENGTH);
                yield request.send(bytes);
            }
            case CallBody.Streamed(var stream) -> {
                if (!request.headers().contains(HttpHeaders.CONTENT_LENGTH)) {
                    request.setChunked(true);
                }
                // An answer may come before the body has been read, and then the rest of the body is of no use.
                Future<HttpClientResponse> answer = request.response();
                stream.pipeTo(request).onFailure(_ -> request.reset());
                yield answer;
            }
        };
    }
}
