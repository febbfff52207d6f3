package dev.ghee.outbound;

import dev.ghee.outbound.OutboundException.Reason;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The one way to call an address that a customer chose: https only, public addresses only, bounded in time, bytes and
 * redirects. Every hop is looked up, checked, and then connected to at the address that was checked. Waits: call from a
 * virtual thread, never from an event loop.
 */
@ApplicationScoped
public class OutboundHttp {
    private final AddressGuard guard;
    private final OutboundConfig config;
    private final HttpClient client;
    private final Semaphore free;
    private final ExecutorService lookups = Executors.newVirtualThreadPerTaskExecutor();

    @Inject
    OutboundHttp(Vertx vertx, OutboundConfig config) {
        this(vertx, config, InetAddress::getAllByName, new HttpClientOptions());
    }

    OutboundHttp(Vertx vertx, OutboundConfig config, HostResolver resolver, HttpClientOptions options) {
        List<Network> refused = config.refusedNetworks().orElse(List.of()).stream()
                .map(Network::parse)
                .toList();
        this.config = config;
        this.guard = new AddressGuard(
                resolver, new PublicAddresses(refused), config.trustedHosts().orElse(List.of()));
        this.free = new Semaphore(config.maxConcurrent());
        // No pool: a kept connection would outlive the check of its address.
        this.client = vertx.createHttpClient(options.setKeepAlive(false)
                .setMaxPoolSize(config.maxConcurrent())
                .setVerifyHost(true)
                .setTrustAll(false)
                .setConnectTimeout(Math.toIntExact(config.connectTimeout().toMillis()))
                .setMaxHeaderSize(16 * 1024)
                .setDecompressionSupported(false));
    }

    @PreDestroy
    void close() {
        client.close();
        lookups.shutdownNow();
    }

    /** Whether the URL is one that could be called at all; looks nothing up. For checking settings early. */
    public boolean isAcceptable(URI uri) {
        try {
            Target.of(uri, guard.trusted());
            return true;
        } catch (OutboundException e) {
            return false;
        }
    }

    /** The answer, whatever its status; redirects of a GET are followed. */
    public OutboundResponse send(OutboundRequest request) throws OutboundException {
        return send(request, Target.Schemes.TLS);
    }

    /** The same, but without TLS too: for what is public, such as a proof that somebody controls a name. */
    public OutboundResponse sendPlain(OutboundRequest request) throws OutboundException {
        return send(request, Target.Schemes.ANY);
    }

    private OutboundResponse send(OutboundRequest request, Target.Schemes schemes) throws OutboundException {
        long end = System.nanoTime() + config.timeout().toNanos();
        try {
            if (!free.tryAcquire(config.timeout().toMillis(), TimeUnit.MILLISECONDS)) {
                throw new OutboundException(Reason.TIMED_OUT, "too many calls at once");
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        try {
            return follow(request, schemes, end);
        } finally {
            free.release();
        }
    }

    private OutboundResponse follow(OutboundRequest first, Target.Schemes schemes, long end) throws OutboundException {
        OutboundRequest request = first;
        for (int hop = 0; hop <= config.maxRedirects(); hop++) {
            Target target = Target.of(request.uri(), guard.trusted(), schemes);
            InetAddress address = await(CompletableFuture.supplyAsync(() -> admit(target), lookups), end);
            Answer answer = await(exchange(request, target, address, end), end);
            if (answer.location().isEmpty() || !request.method().equals("GET")) {
                return answer.response();
            }
            URI next = resolve(request.uri(), answer.location());
            boolean stays = Target.of(next, guard.trusted(), schemes).sameOrigin(target);
            request = (stays ? request : request.withoutCredentials()).to(next);
        }
        throw new OutboundException(Reason.TOO_MANY_REDIRECTS, "more than " + config.maxRedirects() + " redirects");
    }

    private record Answer(OutboundResponse response, String location) {}

    private CompletableFuture<Answer> exchange(OutboundRequest request, Target target, InetAddress address, long end) {
        Duration left = Duration.ofNanos(Math.max(1_000_000, end - System.nanoTime()));
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.valueOf(request.method()))
                .setServer(SocketAddress.inetSocketAddress(target.port(), address.getHostAddress()))
                .setHost(target.host())
                .setPort(target.port())
                .setSsl(target.tls())
                .setURI(target.path())
                .setTimeout(left.toMillis());
        request.headers().forEach(options::putHeader);
        options.putHeader("User-Agent", "Ghee");
        byte[] body = request.body();
        var opened = new AtomicReference<@Nullable HttpClientRequest>();
        CompletableFuture<Answer> answer = client.request(options)
                .compose(open -> {
                    opened.set(open);
                    var response = body == null ? open.send() : open.send(Buffer.buffer(body));
                    return response.compose(this::read);
                })
                .toCompletionStage()
                .toCompletableFuture();
        // Also when nobody waits any more: a server that sends a byte now and then must not hold a connection for ever.
        answer.whenComplete((_, failure) -> {
            HttpClientRequest open = opened.get();
            if (failure != null && open != null) {
                open.reset();
            }
        });
        return answer;
    }

    private Future<Answer> read(HttpClientResponse response) {
        var done = Promise.<Answer>promise();
        Buffer body = Buffer.buffer();
        response.handler(chunk -> {
            if (body.length() + chunk.length() > config.maxResponseBytes()) {
                done.tryFail(new OutboundException(Reason.TOO_LARGE, "answer too large"));
            } else {
                body.appendBuffer(chunk);
            }
        });
        response.exceptionHandler(done::tryFail);
        response.endHandler(_ -> {
            String location = response.getHeader("Location");
            boolean redirect = response.statusCode() / 100 == 3 && location != null;
            var answer =
                    new OutboundResponse(response.statusCode(), response.getHeader("Content-Type"), body.getBytes());
            done.tryComplete(new Answer(answer, redirect && location != null ? location : ""));
        });
        return done.future();
    }

    private InetAddress admit(Target target) {
        try {
            return guard.admit(target);
        } catch (OutboundException e) {
            throw new CompletionException(e);
        }
    }

    private static URI resolve(URI from, String location) throws OutboundException {
        try {
            return from.resolve(location);
        } catch (IllegalArgumentException e) {
            throw new OutboundException(Reason.INVALID_URL, "redirect to no URL", e);
        }
    }

    private static <T> T await(CompletableFuture<T> future, long end) throws OutboundException {
        try {
            return future.get(Math.max(1, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            future.cancel(true);
            throw new OutboundException(Reason.TIMED_OUT, "no answer in time", e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        } catch (ExecutionException e) {
            throw failure(e.getCause() == null ? e : e.getCause());
        }
    }

    private static OutboundException failure(Throwable cause) {
        return switch (cause) {
            case OutboundException known -> known;
            case TimeoutException late -> new OutboundException(Reason.TIMED_OUT, "no answer in time", late);
            default -> new OutboundException(Reason.UNREACHABLE, "connection failed", cause);
        };
    }

    private static OutboundException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new OutboundException(Reason.TIMED_OUT, "interrupted", e);
    }
}
