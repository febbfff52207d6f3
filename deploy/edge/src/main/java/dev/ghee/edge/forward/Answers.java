package dev.ghee.edge.forward;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ghee.errors.GheeException;
import dev.ghee.errors.WireError;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.httpproxy.Body;
import io.vertx.httpproxy.ProxyRequest;
import io.vertx.httpproxy.ProxyResponse;
import java.util.concurrent.atomic.AtomicBoolean;

/** Answers that the edge gives in a service's stead. */
public final class Answers {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String JSON_TYPE = "application/json; charset=utf-8";

    /** How long a client may go on sending a body that nobody reads, so that it gets to read why. */
    private static final long LINGER_MILLIS = 1_000;

    private Answers() {}

    /** What the clients' own framework says about a route it does not know. */
    private record UnknownRoute(String message, String error, int statusCode) {}

    /** Answers 404 in the shape of a route that does not exist. */
    public static void unknownRoute(HttpServerRequest request) {
        String route = request.method().name() + ":" + request.path();
        Buffer body = json(new UnknownRoute("Route " + route + " not found", "Not Found", 404));
        end(request, request.response().setStatusCode(404).putHeader("content-type", JSON_TYPE), body);
    }

    /** Answers with the error in the shape of its route family; the connection closes, for its body was not read. */
    public static void refuse(HttpServerRequest request, GheeException error) {
        HttpServerResponse response = request.response().setStatusCode(error.httpStatus());
        error.headers().forEach(response::putHeader);
        response.putHeader("content-type", JSON_TYPE).putHeader("connection", "close");
        response.end(body(error, request.uri()));
        closeAfterBody(request);
    }

    /** An answer that is sent through the proxy's own path. */
    static ProxyResponse proxied(ProxyRequest request, GheeException error) {
        String uri = request.proxiedRequest().uri();
        ProxyResponse response = request.release().response().setStatusCode(error.httpStatus());
        error.headers().forEach(response::putHeader);
        return response.putHeader("content-type", JSON_TYPE).setBody(Body.body(body(error, uri)));
    }

    /** Lets the client finish its body for a moment, unread, then closes its connection. */
    static void closeAfterBody(HttpServerRequest request) {
        if (request.isEnded()) {
            request.connection().close();
            return;
        }
        var closed = new AtomicBoolean();
        Runnable close = () -> {
            if (closed.compareAndSet(false, true)) {
                request.connection().close();
            }
        };
        var vertx = io.vertx.core.Vertx.currentContext().owner();
        long timer = vertx.setTimer(LINGER_MILLIS, _ -> close.run());
        request.handler(_ -> {});
        request.endHandler(_ -> {
            vertx.cancelTimer(timer);
            close.run();
        });
        request.exceptionHandler(_ -> vertx.cancelTimer(timer));
        request.resume();
    }

    private static void end(HttpServerRequest request, HttpServerResponse response, Buffer body) {
        response.end(body);
        request.resume();
    }

    private static Buffer body(GheeException error, String path) {
        return json(WireError.of(error, path));
    }

    private static Buffer json(Object value) {
        try {
            return Buffer.buffer(JSON.writeValueAsBytes(value));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Errors are plain records and always serialise", e);
        }
    }
}
