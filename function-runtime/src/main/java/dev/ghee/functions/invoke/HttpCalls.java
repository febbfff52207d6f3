package dev.ghee.functions.invoke;

import dev.ghee.contracts.AppState;
import dev.ghee.functions.engine.Call;
import dev.ghee.functions.engine.CallBody;
import dev.ghee.functions.engine.Engine;
import dev.ghee.functions.function.DeployedFunction;
import dev.ghee.service.upstream.UnwantedAnswer;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;

/** Passes a request on to a function and its answer back. */
@ApplicationScoped
class HttpCalls {
    private static final String AFTER = "x-ghee-after";
    private static final int SWITCHING_PROTOCOLS = 101;
    /** A short answer is sent in one piece; what is longer, or of unknown length, as it comes. */
    private static final int SHORT_BYTES = 64 * 1024;

    private final Engine engine;
    private final Calls calls;
    private final HttpAnswers answers;
    private final InvokeConfig config;

    HttpCalls(Engine engine, Calls calls, HttpAnswers answers, InvokeConfig config) {
        this.engine = engine;
        this.calls = calls;
        this.answers = answers;
        this.config = config;
    }

    /** @param kind of trigger, for the log */
    void pass(RoutingContext http, AppState app, DeployedFunction function, CallingAs as, String kind) {
        HttpServerRequest request = http.request();
        if (length(request) > config.maxBodyBytes()) {
            answers.failed(http, LimitedBody.refusal(config.maxBodyBytes()));
            return;
        }
        var origin = new Calls.Origin(
                kind,
                request.method(),
                request.path(),
                request.getHeader("x-request-id"),
                request.remoteAddress() == null
                        ? ""
                        : String.valueOf(request.remoteAddress().hostAddress()),
                "https".equals(request.scheme()));
        Calls.Running running = calls.begin(app, function, as, origin, 0);
        if (isUpgrade(request)) {
            tunnel(http, running);
        } else {
            forward(http, running);
        }
    }

    private void forward(RoutingContext http, Calls.Running running) {
        HttpServerRequest request = http.request();
        LimitedBody body = hasBody(request) ? new LimitedBody(request, config.maxBodyBytes()) : null;
        if (body == null) {
            request.resume();
        }
        Call call = running.call(
                request.uri(),
                PassedHeaders.ofRequest(request),
                body == null ? new CallBody.None() : new CallBody.Streamed(body));
        engine.call(call).compose(answer -> relay(answer, http, running)).onComplete(done -> {
            if (done.succeeded()) {
                running.answered();
                return;
            }
            Throwable cause =
                    body != null && body.tooLong() ? LimitedBody.refusal(config.maxBodyBytes()) : done.cause();
            running.failed(cause);
            answers.failed(http, cause);
        });
    }

    private static Future<Void> relay(HttpClientResponse answer, RoutingContext http, Calls.Running running) {
        HttpServerResponse response = http.response();
        running.headed(answer.statusCode(), answer.getHeader(AFTER) != null);
        if (response.closed()) {
            UnwantedAnswer.discard(http.vertx(), answer);
            return Future.succeededFuture();
        }
        response.setStatusCode(answer.statusCode());
        PassedHeaders.answer(answer.headers(), response);
        if (http.request().method().equals(HttpMethod.HEAD) || !mayHaveBody(answer.statusCode())) {
            Future<Void> end = answer.end();
            answer.resume();
            return end.compose(_ -> response.end());
        }
        String length = answer.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (length == null) {
            response.setChunked(true);
        } else if (length.length() < 6 && Integer.parseInt(length) <= SHORT_BYTES) {
            Future<Buffer> body = answer.body();
            answer.resume();
            return body.compose(response::end);
        }
        return answer.pipeTo(response).onFailure(_ -> UnwantedAnswer.discard(http.vertx(), answer));
    }

    private void tunnel(RoutingContext http, Calls.Running running) {
        HttpServerRequest request = http.request();
        Call call = running.call(request.uri(), PassedHeaders.ofRequest(request), new CallBody.None());
        engine.tunnel(call, request).onComplete(joined -> {
            if (joined.failed()) {
                running.failed(joined.cause());
                answers.failed(http, joined.cause());
                return;
            }
            running.headed(http.response().getStatusCode(), false);
            if (http.response().getStatusCode() == SWITCHING_PROTOCOLS
                    && request.connection() instanceof ConnectionBase connection) {
                // The function's side of the socket may ask its host for as long as the socket is open.
                connection.channel().closeFuture().addListener(_ -> running.answered());
            } else {
                running.answered();
            }
        });
    }

    private static boolean isUpgrade(HttpServerRequest request) {
        return request.method().equals(HttpMethod.GET)
                && "websocket".equalsIgnoreCase(request.getHeader(HttpHeaders.UPGRADE));
    }

    private static boolean hasBody(HttpServerRequest request) {
        return length(request) > 0 || request.getHeader(HttpHeaders.TRANSFER_ENCODING) != null;
    }

    /** 0 when it is not known; the server has refused what is no number. */
    private static long length(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return length == null ? 0 : Long.parseLong(length);
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }

    private static boolean mayHaveBody(int status) {
        return status != 204 && status != 304;
    }
}
