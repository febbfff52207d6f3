package dev.ghee.functions.engine;

import dev.ghee.contracts.AppId;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** An engine of its own with functions whose code is given here. */
final class TestEngine implements AutoCloseable {
    record Answer(int status, MultiMap headers, String body) {}

    record Kill(AppId app, KillReason reason, String detail, List<String> functions) {}

    static final AppId APP = new AppId("app_aaaaaaaaaaaa");
    static final AppId NEIGHBOUR = new AppId("app_bbbbbbbbbbbb");
    private static final CallLimits LIMITS = new CallLimits(Duration.ofSeconds(20), Duration.ofSeconds(5), 128);

    final Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
    final List<Kill> kills = new CopyOnWriteArrayList<>();
    final Path directory;
    final EngineConfig config;
    final Workerd workerd;
    final Engine engine;
    private final Map<String, String> code = new ConcurrentHashMap<>();

    TestEngine(Map<String, String> settings) throws IOException {
        directory = Files.createTempDirectory("fn");
        Map<String, String> all = new HashMap<>(settings);
        all.putIfAbsent("ghee.functions.run-directory", directory.toString());
        config = new SmallRyeConfigBuilder()
                .withMapping(EngineConfig.class)
                .withSources(new PropertiesConfigSource(all, "test", 100))
                .build()
                .getConfigMapping(EngineConfig.class);
        workerd = new Workerd(config);
        FunctionProcesses processes = new FunctionProcesses(
                vertx,
                workerd,
                this::load,
                (app, request) -> request.response().end(app + " asked for " + request.path()),
                config);
        processes.start(new StartupEvent());
        KillListener listener = (app, reason, detail, functions) -> kills.add(new Kill(app, reason, detail, functions));
        engine = new Engine(vertx, processes, config, List.of(listener), new SimpleMeterRegistry());
    }

    private Future<FunctionCode> load(AppId app, String function, String revision) {
        String source = code.get(app + function + revision);
        return source == null
                ? Future.failedFuture(new GheeException(ErrorCode.RESOURCE_NOT_FOUND, "No such function"))
                : Future.succeededFuture(new FunctionCode(
                        app, function, revision, "main.js", Map.of("main.js", source), Map.of("SECRET", "of " + app)));
    }

    /** As revision 1 of an app; the statements get request, env and ctx and return a response. */
    void deploy(AppId app, String function, String statements) {
        deploy(app, function, "1", statements);
    }

    void deploy(AppId app, String function, String revision, String statements) {
        code.put(
                app + function + revision,
                "export default { async fetch(request, env, ctx) {\n" + statements + "\n} };\n");
    }

    void deployModule(AppId app, String function, String module) {
        code.put(app + function + "1", module);
    }

    Call call(AppId app, String function, String revision, CallLimits limits, String uri) {
        return new Call(
                app,
                function,
                revision,
                limits,
                HttpMethod.GET,
                uri,
                MultiMap.caseInsensitiveMultiMap(),
                new CallBody.None(),
                "{}");
    }

    Future<Answer> send(Call call) {
        return engine.call(call).compose(answer -> {
            Future<Buffer> body = answer.body();
            answer.resume();
            return body.map(text -> new Answer(answer.statusCode(), answer.headers(), text.toString()));
        });
    }

    Future<Answer> send(AppId app, String function, CallLimits limits) {
        return send(call(app, function, "1", limits, "/"));
    }

    Answer get(AppId app, String function) {
        return await(send(app, function, LIMITS));
    }

    Answer get(AppId app, String function, String uri) {
        return await(send(call(app, function, "1", LIMITS, uri)));
    }

    Answer getRevision(AppId app, String function, String revision) {
        return await(send(call(app, function, revision, LIMITS, "/")));
    }

    Answer post(AppId app, String function, Buffer body) {
        return await(send(new Call(
                app,
                function,
                "1",
                LIMITS,
                HttpMethod.POST,
                "/",
                MultiMap.caseInsensitiveMultiMap(),
                new CallBody.Whole(body),
                "{}")));
    }

    static CallLimits limits(Duration wallTime, Duration cpuTime) {
        return new CallLimits(wallTime, cpuTime, 128);
    }

    static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        engine.stop(new ShutdownEvent());
        workerd.stop(new ShutdownEvent());
        await(vertx.close());
        RunDirectory.delete(directory);
    }
}
