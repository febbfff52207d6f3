package dev.ghee.functions.engine;

import static dev.ghee.functions.engine.TestEngine.APP;
import static dev.ghee.functions.engine.TestEngine.NEIGHBOUR;
import static dev.ghee.functions.engine.TestEngine.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Calls, processes and their ends, with functions that mean well. */
class EngineIT {
    private static final CallLimits LIMITS = TestEngine.limits(Duration.ofSeconds(9), Duration.ofSeconds(5));

    private static TestEngine engine;

    @BeforeAll
    static void start() throws Exception {
        engine = new TestEngine(Map.of(
                "ghee.functions.idle-timeout", "PT1S",
                "ghee.functions.max-loads", "5",
                "ghee.functions.direct-after-calls", "100",
                "ghee.functions.max-calls-per-app", "4",
                "ghee.functions.max-waiting-per-app", "4",
                "ghee.functions.wait-timeout", "PT1S"));
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    @Test
    void aFunctionAnswersAndSeesItsRequestItsContextAndItsEnvironment() {
        engine.deploy(APP, "echo", """
                const url = new URL(request.url);
                return Response.json({ path: url.pathname + url.search, context: request.headers.get("x-ghee-context"),
                    env: env.ENV, host: await (await env.HOST.fetch("http://host/db")).text() });""");
        assertThat(engine.get(APP, "echo", "/a/b?c=d").body())
                .isEqualTo("{\"path\":\"/a/b?c=d\",\"context\":\"{}\",\"env\":{\"SECRET\":\"of app_aaaaaaaaaaaa\"},"
                        + "\"host\":\"app_aaaaaaaaaaaa asked for /db\"}");
    }

    @Test
    void bodiesPassUnchanged() {
        engine.deploy(APP, "mirror", "return new Response(request.body);");
        byte[] bytes = new byte[1_000_000];
        new Random(1).nextBytes(bytes);
        engine.deploy(APP, "sum", """
                const digest = await crypto.subtle.digest("SHA-256", await request.arrayBuffer());
                return new Response(Buffer.from(digest).toString("hex"));""");
        assertThat(engine.post(APP, "mirror", Buffer.buffer("ä\0ö")).body()).isEqualTo("ä\0ö");
        assertThat(engine.post(APP, "sum", Buffer.buffer(bytes)).body()).isEqualTo(sha256(bytes));
    }

    private static String sha256(byte[] bytes) {
        try {
            return java.util.HexFormat.of()
                    .formatHex(
                            java.security.MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aNewRevisionTakesOverWhileCallsOfTheOldOneFinish() {
        for (int revision = 1; revision <= 12; revision++) {
            engine.deploy(
                    APP,
                    "versioned",
                    "r" + revision,
                    "await scheduler.wait(" + (revision == 1 ? 1500 : 0) + "); return new Response('" + revision
                            + "');");
        }
        Future<TestEngine.Answer> slow = engine.send(engine.call(
                APP, "versioned", "r1", TestEngine.limits(Duration.ofSeconds(9), Duration.ofSeconds(5)), "/"));
        for (int revision = 2; revision <= 12; revision++) {
            assertThat(engine.getRevision(APP, "versioned", "r" + revision).body())
                    .isEqualTo("" + revision);
        }
        assertThat(await(slow).body()).isEqualTo("1");
        assertThat(engine.kills).noneMatch(kill -> kill.functions().contains("versioned"));
    }

    @Test
    void aBusyFunctionMovesToAWorkerOfItsOwnAndLosesNoCall() {
        var busy = new dev.ghee.contracts.AppId("app_dddddddddddd");
        engine.deploy(busy, "f", """
                globalThis.calls = (globalThis.calls ?? 0) + 1;
                const host = await (await env.HOST.fetch("http://host/db")).text();
                let refused;
                try { await fetch("http://127.0.0.1:1/"); } catch (error) { refused = error.name + " " + error.message; }
                return Response.json({ load: request.headers.get("x-ghee-load"), env: env.ENV, host, refused });""");
        engine.deploy(busy, "g", "return new Response('other');");
        long first = -1;
        for (int i = 0; i < 400; i++) {
            assertThat(engine.get(busy, "f").body())
                    .isEqualTo("{\"load\":\"f@1\",\"env\":{\"SECRET\":\"of app_dddddddddddd\"},"
                            + "\"host\":\"app_dddddddddddd asked for /db\",\"refused\":\"TypeError fetch of"
                            + " http://127.0.0.1:1 failed: connecting to 127.0.0.1:1 is not allowed: functions reach public"
                            + " addresses only, and an operator allows more with ghee.functions.allowed-networks\"}");
            first = first < 0 ? engine.engine.processOf(busy).orElseThrow() : first;
        }
        long before = first;
        Awaitility.await().untilAsserted(() -> {
            engine.get(busy, "f");
            assertThat(engine.engine.processOf(busy).orElseThrow()).isNotEqualTo(before);
        });
        assertThat(engine.get(busy, "f").body()).contains("\"load\":\"f@1\"");
        assertThat(engine.get(busy, "g").body()).isEqualTo("other");
        assertThat(engine.kills).noneMatch(kill -> kill.app().equals(busy));
    }

    @Test
    void webSocketsReachTheFunctionAndKeepItsProcess() {
        var app = new dev.ghee.contracts.AppId("app_eeeeeeeeeeee");
        engine.deploy(app, "socket", """
                if (request.headers.get("upgrade") !== "websocket") return new Response("no socket");
                const [client, server] = Object.values(new WebSocketPair());
                server.accept();
                server.send("welcome");
                server.addEventListener("message", (event) => server.send("echo " + event.data));
                return new Response(null, { status: 101, webSocket: client });""");
        HttpServer server = await(engine.vertx
                .createHttpServer()
                .requestHandler(request -> {
                    request.pause();
                    Call call = engine.call(app, "socket", "1", LIMITS, "/");
                    call.headers().addAll(request.headers());
                    engine.engine.tunnel(call, request);
                })
                .listen(0, "127.0.0.1"));
        List<String> heard = new CopyOnWriteArrayList<>();
        var client = engine.vertx.createWebSocketClient();
        WebSocket socket =
                await(client.webSocket().textMessageHandler(heard::add).connect(server.actualPort(), "127.0.0.1", "/"));
        for (int i = 0; i < 3; i++) {
            int expected = i + 1;
            Awaitility.await().untilAsserted(() -> assertThat(heard).hasSize(expected));
            await(socket.writeTextMessage("" + i));
        }
        // Longer than an app without sockets keeps its process.
        long pid = engine.engine.processOf(app).orElseThrow();
        Awaitility.await()
                .during(Duration.ofMillis(1500))
                .untilAsserted(() -> assertThat(engine.engine.processOf(app)).hasValue(pid));
        assertThat(heard).containsExactly("welcome", "echo 0", "echo 1", "echo 2");
        await(socket.close());
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(engine.engine.processOf(app)).isEmpty());
        await(client.close());
        await(server.close());
    }

    @Test
    void codeThatCannotStartSaysWhy() {
        engine.deployModule(APP, "broken", "throw new Error('no configuration'); export default {}");
        assertThatThrownBy(() -> engine.get(APP, "broken")).isInstanceOfSatisfying(GheeException.class, refused -> {
            assertThat(refused.code()).isEqualTo(ErrorCode.FUNCTION_LOAD_FAILED);
            assertThat(refused.message()).contains("no configuration");
        });
        assertThatThrownBy(() -> engine.get(APP, "unknown")).hasMessageContaining("No such function");
    }

    @Test
    void aCallThatTakesTooLongIsEndedAndItsProcessStays() {
        engine.deploy(APP, "slow", "await scheduler.wait(60000); return new Response('late');");
        engine.deploy(APP, "quick", "return new Response('here');");
        engine.get(APP, "quick");
        assertThatThrownBy(() -> await(
                        engine.send(APP, "slow", TestEngine.limits(Duration.ofMillis(300), Duration.ofSeconds(5)))))
                .isInstanceOfSatisfying(
                        GheeException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.FUNCTION_TIMEOUT));
        assertThat(engine.get(APP, "quick").body()).isEqualTo("here");
    }

    @Test
    void anIdleAppHasNoProcessAndTheNextCallStartsOne() {
        var rare = new dev.ghee.contracts.AppId("app_cccccccccccc");
        engine.deploy(rare, "f", "globalThis.n = (globalThis.n ?? 0) + 1; return new Response('' + globalThis.n);");
        assertThat(engine.get(rare, "f").body()).isEqualTo("1");
        assertThat(engine.get(rare, "f").body()).isEqualTo("2");
        Awaitility.await()
                .pollInterval(Duration.ofMillis(1500))
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(engine.get(rare, "f").body()).isEqualTo("1"));
    }

    @Test
    void moreCallsThanAnAppMayHaveWaitAndThenAreRefused() {
        engine.deploy(NEIGHBOUR, "long", "await scheduler.wait(3000); return new Response('done');");
        List<Future<TestEngine.Answer>> calls = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            calls.add(engine.send(NEIGHBOUR, "long", TestEngine.limits(Duration.ofSeconds(9), Duration.ofSeconds(5))));
        }
        int done = 0;
        for (Future<TestEngine.Answer> call : calls) {
            try {
                await(call);
                done++;
            } catch (GheeException refused) {
                assertThat(refused.code()).isEqualTo(ErrorCode.FUNCTION_CONCURRENCY_LIMIT);
                assertThat(refused.headers()).containsEntry("Retry-After", "1");
            }
        }
        assertThat(done).isEqualTo(4);
    }

    @Test
    void whatAKilledServiceLeftBehindEndsWithTheNextStart() throws Exception {
        Path directory = Files.createTempDirectory("fn");
        Path folder = Files.createDirectory(directory.resolve("7-old"));
        Process left = new ProcessBuilder("sleep", "600").start();
        RunDirectory.record(folder, left.pid());
        try (RunDirectory taken = RunDirectory.open(java.util.Optional.of(directory))) {
            assertThat(left.waitFor(5, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
            assertThat(folder).doesNotExist();
            assertThatThrownBy(() -> RunDirectory.open(java.util.Optional.of(directory)))
                    .isInstanceOf(RuntimeException.class);
        }
        RunDirectory.delete(directory);
    }

    @Test
    void allProcessesEndWithTheEngine() throws Exception {
        List<Long> pids;
        try (TestEngine own = new TestEngine(Map.of())) {
            own.deploy(APP, "f", "return new Response('x');");
            own.get(APP, "f");
            try (Stream<Path> folders = Files.list(own.directory)) {
                pids = folders.map(folder -> folder.resolve("process"))
                        .filter(Files::exists)
                        .map(EngineIT::pid)
                        .toList();
            }
            assertThat(pids).isNotEmpty();
        }
        assertThat(pids).allMatch(pid -> ProcessHandle.of(pid).isEmpty());
    }

    private static long pid(Path record) {
        try {
            return Long.parseLong(Files.readString(record).split(" ")[0]);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
