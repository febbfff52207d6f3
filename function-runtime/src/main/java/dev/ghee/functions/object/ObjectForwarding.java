package dev.ghee.functions.object;

import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.functions.object.run.ObjectsConfig;
import dev.ghee.service.upstream.UnwantedAnswer;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.NetSocket;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Carries requests to where an object runs, and its answers back, as they come: bodies are not kept, and each side is
 * read only as fast as the other one takes it. WebSockets are carried as bytes. Nothing is sent twice.
 */
@ApplicationScoped
class ObjectForwarding {
    private static final String FAILED = "x-ghee-failed";
    private static final int MAX_WHOLE_BYTES = 10 << 20;
    private static final int SWITCHING_PROTOCOLS = 101;
    private static final Set<String> HOP_BY_HOP =
            Set.of("connection", "keep-alive", "proxy-connection", "te", "trailer", "upgrade", FAILED);

    private final HttpClient requests;
    private final HttpClient sockets;
    private final Vertx vertx;
    private final ObjectAnswers answers;
    private final long responseMillis;

    ObjectForwarding(Vertx vertx, ObjectsConfig config, ObjectAnswers answers) {
        this.vertx = vertx;
        this.answers = answers;
        this.responseMillis = config.responseTimeout().toMillis();
        this.requests = vertx.createHttpClient(options(), new PoolOptions().setHttp1MaxSize(config.maxRequests()));
        // A tunnel keeps its connection for hours: those come from a pool of their own.
        this.sockets = vertx.createHttpClient(options(), new PoolOptions().setHttp1MaxSize(config.maxSockets()));
    }

    private static HttpClientOptions options() {
        return new HttpClientOptions()
                .setConnectTimeout(2_000)
                .setKeepAlive(true)
                .setKeepAliveTimeout(30)
                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                .setMaxHeaderSize(64 * 1024)
                .setMaxChunkSize(16 * 1024);
    }

    static boolean isSocket(HttpServerRequest request) {
        MultiMap headers = request.headers();
        return request.method() == HttpMethod.GET
                && request.version() == HttpVersion.HTTP_1_1
                && headers.contains(HttpHeaders.UPGRADE, HttpHeaders.WEBSOCKET, true)
                && !headers.contains(HttpHeaders.TRANSFER_ENCODING);
    }

    /**
     * Answers the request, whatever happens.
     *
     * @param to address, URI and headers; what concerns one connection only is dropped from them
     * @param done runs once, when request, answer and socket are over
     */
    void forward(HttpServerRequest request, RequestOptions to, Runnable done) {
        var over = new AtomicBoolean();
        Runnable once = () -> {
            if (over.compareAndSet(false, true)) {
                done.run();
            }
        };
        MultiMap headers = to.getHeaders();
        dropHopByHop(headers);
        if (isSocket(request)) {
            headers.set(HttpHeaders.CONNECTION, HttpHeaders.UPGRADE);
            headers.set(HttpHeaders.UPGRADE, HttpHeaders.WEBSOCKET);
            tunnel(request, to, once);
        } else {
            exchange(request, to, once);
        }
    }

    private void exchange(HttpServerRequest request, RequestOptions to, Runnable done) {
        request.response().closeHandler(_ -> done.run());
        requests.request(to.setMethod(request.method()))
                .onSuccess(upstream -> {
                    upstream.exceptionHandler(_ -> {});
                    request.response().exceptionHandler(_ -> upstream.reset());
                    withinLimit(upstream, hasBody(request) ? upstream.send(request) : upstream.send())
                            .onFailure(_ -> upstream.reset())
                            .compose(answer -> answered(request, answer))
                            .onFailure(failure -> lost(request, failure))
                            .onComplete(_ -> done.run());
                })
                .onFailure(failure -> {
                    unreachable(request, failure);
                    done.run();
                });
    }

    /** Sends a whole request, gives the whole answer. */
    Future<ObjectCalls.ObjectAnswer> exchange(RequestOptions to, Buffer body) {
        dropHopByHop(to.getHeaders());
        to.getHeaders().remove(HttpHeaders.CONTENT_LENGTH).remove(HttpHeaders.TRANSFER_ENCODING);
        return requests.request(to)
                .recover(failure -> Future.failedFuture(
                        new GheeException(ErrorCode.SERVICE_BUSY, "The object is starting again", failure)))
                .compose(upstream -> {
                    upstream.exceptionHandler(_ -> {});
                    return withinLimit(upstream, body.length() == 0 ? upstream.send() : upstream.send(body))
                            .compose(ObjectForwarding::whole);
                })
                .recover(failure -> Future.failedFuture(asAnswer(failure)));
    }

    private static Future<ObjectCalls.ObjectAnswer> whole(HttpClientResponse answer) {
        if (answer.headers().contains(FAILED)) {
            return Future.failedFuture(new GheeException(ErrorCode.OBJECT_FAILED, "The object threw an exception"));
        }
        Promise<ObjectCalls.ObjectAnswer> whole = Promise.promise();
        Buffer collected = Buffer.buffer();
        answer.handler(part -> {
            if (collected.length() + part.length() > MAX_WHOLE_BYTES) {
                whole.tryFail(new GheeException(ErrorCode.OBJECT_FAILED, "The object's answer is too long"));
                answer.request().reset();
            } else {
                collected.appendBuffer(part);
            }
        });
        answer.exceptionHandler(whole::tryFail);
        answer.endHandler(_ -> {
            dropHopByHop(answer.headers());
            whole.tryComplete(new ObjectCalls.ObjectAnswer(answer.statusCode(), answer.headers(), collected));
        });
        return whole.future();
    }

    private static boolean hasBody(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return request.headers().contains(HttpHeaders.TRANSFER_ENCODING) || (length != null && !length.equals("0"));
    }

    private Future<HttpClientResponse> withinLimit(HttpClientRequest upstream, Future<HttpClientResponse> answer) {
        long timer = vertx.setTimer(
                responseMillis,
                _ -> upstream.reset(
                        0,
                        new GheeException(
                                ErrorCode.FUNCTION_TIMEOUT,
                                "The object did not answer within " + responseMillis / 1000 + " s")));
        return answer.onComplete(_ -> vertx.cancelTimer(timer));
    }

    private Future<Void> answered(HttpServerRequest request, HttpClientResponse answer) {
        // From here on a client that hangs up is met where its answer is written: resetting could hit another call.
        request.response().exceptionHandler(_ -> {});
        return written(request, answer).onFailure(_ -> UnwantedAnswer.discard(vertx, answer));
    }

    private static Future<Void> written(HttpServerRequest request, HttpClientResponse answer) {
        if (answer.headers().contains(FAILED)) {
            return Future.failedFuture(new GheeException(ErrorCode.OBJECT_FAILED, "The object threw an exception"));
        }
        HttpServerResponse response = request.response().setStatusCode(answer.statusCode());
        MultiMap headers = answer.headers();
        dropHopByHop(headers);
        response.headers().addAll(headers);
        boolean bodyless =
                request.method() == HttpMethod.HEAD || answer.statusCode() == 204 || answer.statusCode() == 304;
        if (!bodyless && !response.headers().contains(HttpHeaders.CONTENT_LENGTH)) {
            response.setChunked(true);
        }
        return answer.pipeTo(response);
    }

    private void tunnel(HttpServerRequest request, RequestOptions to, Runnable done) {
        sockets.request(to.setMethod(HttpMethod.GET))
                .compose(upstream -> {
                    upstream.exceptionHandler(_ -> {});
                    // A client that gives up during the handshake must not leave the object's side behind.
                    request.response().exceptionHandler(_ -> upstream.reset());
                    return withinLimit(upstream, upstream.connect());
                })
                .onSuccess(answer -> {
                    if (answer.statusCode() == SWITCHING_PROTOCOLS) {
                        join(request, answer, done);
                    } else {
                        request.resume();
                        answered(request, answer)
                                .onFailure(failure -> lost(request, failure))
                                .onComplete(_ -> done.run());
                    }
                })
                .onFailure(failure -> {
                    unreachable(request, failure);
                    done.run();
                });
    }

    private static void join(HttpServerRequest request, HttpClientResponse answer, Runnable done) {
        NetSocket object = answer.netSocket();
        // The object's first frames may follow its handshake at once; they wait until the client is ready.
        object.pause();
        HttpServerResponse response = request.response().setStatusCode(SWITCHING_PROTOCOLS);
        response.headers().addAll(answer.headers());
        request.toNetSocket()
                .onSuccess(client -> {
                    client.closeHandler(_ -> {
                        done.run();
                        object.close();
                    });
                    object.closeHandler(_ -> client.close());
                    client.pipeTo(object);
                    object.pipeTo(client);
                })
                .onFailure(_ -> {
                    object.close();
                    done.run();
                });
    }

    /** Nothing has been sent. */
    private void unreachable(HttpServerRequest request, Throwable failure) {
        answers.failed(
                request,
                failure instanceof GheeException
                        ? failure
                        : new GheeException(ErrorCode.SERVICE_BUSY, "The object is starting again", failure)
                                .withHeader("Retry-After", "1"));
    }

    /** The request may have had its effect. */
    private void lost(HttpServerRequest request, Throwable failure) {
        if (request.response().headWritten()) {
            // What the client has is not all of it; only the broken connection can say so.
            request.response().reset();
            return;
        }
        answers.failed(request, asAnswer(failure));
    }

    private static GheeException asAnswer(Throwable failure) {
        if (failure instanceof GheeException known) {
            return known;
        }
        return failure.getCause() instanceof GheeException known
                ? known
                : new GheeException(ErrorCode.EXTERNAL_NETWORK_ERROR, "The object ended before it answered", failure);
    }

    private static void dropHopByHop(MultiMap headers) {
        HOP_BY_HOP.forEach(headers::remove);
    }

    /** Whether a header that a client sent may pass: those that the platform speaks with itself may not. */
    static boolean mayPass(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return !lower.startsWith("x-ghee-")
                && !lower.startsWith("x-butterbase-")
                && !lower.equals("x-forwarded-host")
                && !lower.equals("host");
    }
}
