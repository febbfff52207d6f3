package dev.ghee.edge.forward;

import dev.ghee.errors.GheeException;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.httpproxy.Body;
import io.vertx.httpproxy.ProxyContext;
import io.vertx.httpproxy.ProxyInterceptor;
import io.vertx.httpproxy.ProxyRequest;
import io.vertx.httpproxy.ProxyResponse;
import org.jspecify.annotations.Nullable;

/** A request's way to a service and back: headers, the body's limit, and an error in our shape when there is no answer. */
final class PassThrough implements ProxyInterceptor {
    private static final int NO_CONTENT = 204;

    private final String service;
    private final long maxBodyBytes;
    private final Forwarding forwarding;
    private final Traffic traffic;

    PassThrough(String service, long maxBodyBytes, Forwarding forwarding, Traffic traffic) {
        this.service = service;
        this.maxBodyBytes = maxBodyBytes;
        this.forwarding = forwarding;
        this.traffic = traffic;
    }

    @Override
    public Future<ProxyResponse> handleProxyRequest(ProxyContext context) {
        ProxyRequest request = context.request();
        HttpServerRequest client = request.proxiedRequest();
        if (client.headers().contains(HttpHeaders.EXPECT, HttpHeaders.CONTINUE, true)) {
            client.response().writeContinue();
        }
        LimitedBody limited = limit(request, client);
        forwarding.toBackend(
                request.headers(), client, client.response().headers().get(RequestIds.HEADER));
        return context.sendRequest()
                .recover(failure -> Future.succeededFuture(instead(request, client, limited, failure)));
    }

    /** The body's limiter when its length is not known; a request without a body gets none at all. */
    private @Nullable LimitedBody limit(ProxyRequest request, HttpServerRequest client) {
        if (client.headers().contains(HttpHeaders.TRANSFER_ENCODING)) {
            var limited = new LimitedBody(client, maxBodyBytes);
            request.setBody(Body.body(limited));
            return limited;
        }
        if (!client.headers().contains(HttpHeaders.CONTENT_LENGTH)) {
            request.setBody(null);
            client.resume();
        }
        return null;
    }

    private ProxyResponse instead(
            ProxyRequest request, HttpServerRequest client, @Nullable LimitedBody limited, Throwable failure) {
        if (limited != null && limited.exceeded()) {
            client.response().endHandler(_ -> Answers.closeAfterBody(client));
            return Answers.proxied(request, RequestGate.bodyTooLong(maxBodyBytes))
                    .putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
        traffic.upstreamFailed();
        GheeException error = UpstreamFailure.of(service, failure);
        return Answers.proxied(request, error);
    }

    @Override
    public Future<Void> handleProxyResponse(ProxyContext context) {
        ProxyResponse response = context.response();
        int status = response.getStatusCode();
        traffic.answered(status);
        Forwarding.toClient(response.headers());
        Body body = response.getBody();
        if (status == NO_CONTENT && body != null) {
            // Left in place, an empty body of unknown length would be announced as chunked, which 204 forbids.
            body.stream().resume();
            response.setBody(null);
            response.headers().remove(HttpHeaders.CONTENT_LENGTH);
        }
        // Past the head nothing can be told any more: the proxy has reset the client's connection.
        return context.sendResponse().otherwiseEmpty();
    }
}
