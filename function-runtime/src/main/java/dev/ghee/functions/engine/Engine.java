package dev.ghee.functions.engine;

import dev.ghee.contracts.AppId;
import dev.ghee.errors.GheeException;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Calls functions, each app's in a workerd process of its own. */
@ApplicationScoped
public class Engine {
    private static final Logger LOG = Logger.getLogger(Engine.class);
    private static final String FAILURE = "x-ghee-failure";
    /**
     * workerd closes a connection that has been unused for five seconds, and a call on one that it is about to close is
     * lost. Well below that, because ours are looked at once a second, and later on a busy machine.
     */
    private static final int KEEP_ALIVE_SECONDS = 1;

    private static final int MAX_HEADER_BYTES = 64 * 1024;
    /** How long a process whose connection broke has to say how it ended. */
    private static final Duration EXIT_WAIT = Duration.ofMillis(500);

    private final Vertx vertx;
    private final FunctionProcesses processes;
    private final EngineConfig config;
    private final Iterable<KillListener> listeners;
    private final EngineMetrics metrics;
    private final HttpClient client;
    private final Semaphore all;
    private final Room room;
    private final ConcurrentHashMap<AppId, AppCalls> apps = new ConcurrentHashMap<>();
    private final ProcessWatch watch;

    @Inject
    Engine(
            Vertx vertx,
            FunctionProcesses processes,
            EngineConfig config,
            Instance<KillListener> listeners,
            Workerd workerd,
            MeterRegistry registry) {
        this(vertx, processes, config, (Iterable<KillListener>) listeners, registry);
        EngineMetrics.gauges(registry, workerd::running, () -> config.maxCalls() - all.availablePermits());
    }

    Engine(
            Vertx vertx,
            FunctionProcesses processes,
            EngineConfig config,
            Iterable<KillListener> listeners,
            MeterRegistry registry) {
        this.vertx = vertx;
        this.processes = processes;
        this.config = config;
        this.listeners = listeners;
        this.metrics = new EngineMetrics(registry);
        this.all = new Semaphore(config.maxCalls());
        this.client = vertx.createHttpClient(
                new HttpClientOptions()
                        .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
                        .setMaxHeaderSize(MAX_HEADER_BYTES)
                        .setDecompressionSupported(false),
                new PoolOptions().setHttp1MaxSize(config.maxCallsPerApp() + config.maxSocketsPerApp()));
        this.room = new Room(config.maxApps());
        this.watch = new ProcessWatch(apps, config, room);
    }

    /**
     * The function's answer as it begins. It is paused: whoever gets it has to resume it, as {@code pipeTo} does, and
     * read it to its end, or {@linkplain HttpClientRequest#reset reset} its request. Fails with {@link GheeException}: {@code FUNCTION_TIMEOUT}, {@code
     * FUNCTION_CONCURRENCY_LIMIT} and {@code SERVICE_BUSY} with Retry-After, {@code FUNCTION_LOAD_FAILED} when the code
     * cannot be started, {@code FUNCTION_KILLED} when its process was ended. A call whose time is over while its body
     * is read fails there.
     */
    public Future<HttpClientResponse> call(Call call) {
        AppCalls app = of(call.app());
        return app.admit(call).compose(place -> send(call, app, place));
    }

    private AppCalls of(AppId app) {
        AppCalls found = apps.get(app);
        return found != null
                ? found
                : apps.computeIfAbsent(app, id -> new AppCalls(id, processes, config, all, room, metrics, this::ended));
    }

    private Future<HttpClientResponse> send(Call call, AppCalls app, InFlight place) {
        return client.request(CallRequest.options(call, place.process()))
                .compose(request -> {
                    place.sent(request);
                    CallRequest.setHeaders(call, request);
                    // At once, on the connection's own context: it may have ended before anybody else hears of it.
                    request.response().onSuccess(answer -> {
                        answer.pause();
                        place.process().progressed();
                        answer.end().onComplete(ended -> app.end(place, ended.failed()));
                    });
                    return CallRequest.send(call, request)
                            .onFailure(_ -> app.end(place, true))
                            .transform(Placed::of);
                })
                .transform(sent -> sent.succeeded() ? outcome(place, sent.result()) : unsent(app, place, sent.cause()));
    }

    /** What came of a call whose place is given back already, or will be with the end of the answer. */
    private record Placed(
            @Nullable HttpClientResponse answer, @Nullable Throwable failure) {
        static Future<Placed> of(AsyncResult<HttpClientResponse> sent) {
            return Future.succeededFuture(new Placed(sent.result(), sent.cause()));
        }
    }

    /** There was no connection to send it on. */
    private Future<HttpClientResponse> unsent(AppCalls app, InFlight place, Throwable cause) {
        app.end(place, true);
        return failure(place, cause);
    }

    private Future<HttpClientResponse> outcome(InFlight place, Placed placed) {
        HttpClientResponse answer = placed.answer();
        if (answer == null) {
            return failure(place, Objects.requireNonNull(placed.failure()));
        }
        if (answer.getHeader(FAILURE) == null) {
            return Future.succeededFuture(answer);
        }
        Future<Buffer> body = answer.body();
        answer.resume();
        return body.compose(text -> {
            JsonObject failure = text.toJsonObject();
            GheeException refusal = Refusals.loadFailed(failure.getString("message", "The function cannot be started"));
            return Future.failedFuture(refusal.withDetails(new LoadFailure(failure.getString("stack", ""))));
        });
    }

    /** @param stack with lines of the compiled code */
    record LoadFailure(String stack) {}

    /** Says why a call failed, as well as that can be known: its process may be about to end. */
    private <T> Future<T> failure(InFlight place, Throwable cause) {
        if (place.timedOut()) {
            checkHealth(place.process());
            return Future.failedFuture(Refusals.timeout(place.limits()));
        }
        if (cause instanceof GheeException) {
            return Future.failedFuture(cause);
        }
        Promise<T> promise = Promise.promise();
        long timer = vertx.setTimer(EXIT_WAIT.toMillis(), _ -> promise.tryFail(Refusals.connectionLost(cause)));
        var context = vertx.getOrCreateContext();
        place.process()
                .workerd()
                .exited()
                .onSuccess(exit -> context.runOnContext(_ -> {
                    vertx.cancelTimer(timer);
                    KillReason reason = exit.reason();
                    promise.tryFail(
                            reason == null ? Refusals.connectionLost(cause) : Refusals.killed(reason, exit.detail()));
                }));
        return promise.future();
    }

    /**
     * Ends a process that does not answer its dispatcher. What computes is ended for that, by its limit; this is for
     * what neither computes nor answers.
     */
    private void checkHealth(FunctionProcess process) {
        long patience = process.pingPatience().toMillis();
        var ping = new RequestOptions()
                .setServer(process.address())
                .setHost("localhost")
                .setURI("/")
                .setTimeout(patience);
        client.request(ping)
                .compose(HttpClientRequest::send)
                .compose(HttpClientResponse::end)
                .onFailure(_ ->
                        process.workerd().kill(KillReason.UNRESPONSIVE, "no sign of life within " + patience + " ms"));
    }

    /**
     * As {@link #call}, for a WebSocket: when the function accepts the upgrade, both sides are joined. Completes when
     * the answer has begun, whatever it is. The call's body has to be none.
     *
     * @param upgrade paused
     */
    public Future<Void> tunnel(Call call, HttpServerRequest upgrade) {
        AppCalls app = of(call.app());
        return app.admit(call).compose(place -> {
            if (place.process().tunnels().get() >= config.maxSocketsPerApp()) {
                app.end(place, false);
                return Future.failedFuture(Refusals.tooManySockets());
            }
            return client.request(CallRequest.options(call, place.process()))
                    .compose(request -> {
                        place.sent(request);
                        CallRequest.setHeaders(call, request);
                        return Tunnel.open(vertx, request, upgrade, place.process());
                    })
                    .transform(opened -> {
                        app.end(place, opened.failed());
                        return opened.succeeded() ? Future.succeededFuture() : failure(place, opened.cause());
                    });
        });
    }

    /** Apps that have a process. */
    public int activeApps() {
        return (int) apps.values().stream().filter(AppCalls::hasProcess).count();
    }

    /** Number of the process that has an app's next call, if there is one. */
    OptionalLong processOf(AppId app) {
        AppCalls calls = apps.get(app);
        return calls == null ? OptionalLong.empty() : calls.process();
    }

    private void ended(AppId app, FunctionProcess process, List<String> functions, WorkerdExit exit) {
        KillReason reason = exit.reason();
        if (reason == null) {
            return;
        }
        metrics.killed(reason);
        Thread.startVirtualThread(() -> {
            for (KillListener listener : listeners) {
                try {
                    listener.killed(app, reason, exit.detail(), functions);
                } catch (RuntimeException e) {
                    LOG.warnf(e, "A listener failed to note the end of %s's process", app);
                }
            }
        });
    }

    /** Before the processes are. */
    void stop(@Observes @Priority(2600) ShutdownEvent event) {
        watch.close();
        client.close();
    }
}
