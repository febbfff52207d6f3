package dev.ghee.functions.engine;

import static dev.ghee.functions.engine.TestEngine.NEIGHBOUR;
import static dev.ghee.functions.engine.TestEngine.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ghee.contracts.AppId;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reliability case 29: what functions that mean harm can do, which is to end their own app's process. */
class HostileFunctionIT {
    private static final AtomicInteger APPS = new AtomicInteger();
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(500);

    private static TestEngine engine;

    @BeforeAll
    static void start() throws Exception {
        engine = new TestEngine(Map.of("ghee.functions.idle-cpu-time", "PT0.5S"));
        engine.deploy(NEIGHBOUR, "hello", "return new Response('hello');");
        assertThat(engine.get(NEIGHBOUR, "hello").body()).isEqualTo("hello");
    }

    @AfterAll
    static void stop() {
        assertThat(engine.get(NEIGHBOUR, "hello").body()).isEqualTo("hello");
        assertThat(engine.kills).noneMatch(kill -> kill.app().equals(NEIGHBOUR));
        engine.close();
    }

    /** Ends in a row make an app wait; each test has one of its own. */
    private static AppId app() {
        return new AppId(String.format("app_%012d", APPS.incrementAndGet()));
    }

    private GheeException fails(AppId app, String function, CallLimits limits) {
        return catchThrowableOfType(GheeException.class, () -> await(engine.send(app, function, limits)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "for (;;);",
                "for (;;) await null;",
                "/(a+)+$/.test('a'.repeat(64) + '!'); return new Response();"
            })
    void whatComputesWithoutEndIsEndedAndItsAppGoesOn(String statements) {
        AppId app = app();
        engine.deploy(app, "loop", statements);
        engine.deploy(app, "good", "return new Response('good');");

        GheeException failure = fails(app, "loop", TestEngine.limits(LONG, SHORT));

        assertThat(failure.code()).isEqualTo(ErrorCode.FUNCTION_KILLED);
        assertThat(failure.message()).contains("processor time");
        assertReported(app, KillReason.CPU, "loop");
        assertThat(engine.get(app, "good").body()).isEqualTo("good");
    }

    @Test
    void codeThatComputesWithoutEndWhileItStartsIsEnded() {
        AppId app = app();
        engine.deployModule(app, "loop", "for (;;); export default {}");
        assertThat(fails(app, "loop", TestEngine.limits(LONG, SHORT)).code()).isEqualTo(ErrorCode.FUNCTION_KILLED);
        assertReported(app, KillReason.CPU, "loop");
    }

    @Test
    void whatComputesAfterItsAnswerIsEnded() {
        AppId app = app();
        engine.deploy(
                app,
                "after",
                "ctx.waitUntil((async () => { await scheduler.wait(50); for (;;); })()); return new Response('first');");
        assertThat(engine.get(app, "after").body()).isEqualTo("first");
        Awaitility.await()
                .untilAsserted(() -> assertThat(engine.kills)
                        .anyMatch(kill -> kill.app().equals(app) && kill.reason() == KillReason.CPU));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "const all = []; for (;;) all.push(new Array(1000).fill({}));",
                "const all = []; for (;;) all.push(new Uint8Array(1048576).fill(1));",
                "let text = 'x'; const all = []; for (;;) all.push((text + all.length).repeat(100000));",
                "const all = []; for (;;) { all.push(new Uint8Array(8388608).fill(1)); await scheduler.wait(1); }"
            })
    void whatTakesMemoryWithoutEndIsEndedAndItsAppGoesOn(String statements) {
        AppId app = app();
        engine.deploy(app, "bomb", statements);
        engine.deploy(app, "good", "return new Response('good');");

        GheeException failure = fails(app, "bomb", TestEngine.limits(LONG, Duration.ofSeconds(15)));

        assertThat(failure.code()).isEqualTo(ErrorCode.FUNCTION_KILLED);
        assertReported(app, KillReason.MEMORY, "bomb");
        assertThat(engine.get(app, "good").body()).isEqualTo("good");
    }

    @Test
    void twoGigabytesAtOnceAreNotGiven() {
        AppId app = app();
        engine.deploy(
                app,
                "huge",
                "try { new Uint8Array(2 ** 31).fill(1); return new Response('got it'); }"
                        + " catch (error) { return new Response(String(error)); }");
        assertThat(engine.get(app, "huge").body()).contains("RangeError");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "const { spawn } = await import('node:child_process'); spawn('sh'); | not implemented",
                "const { execSync } = await import('node:child_process'); execSync('id'); | not implemented",
                "const { readFileSync } = await import('node:fs'); return new Response(readFileSync('/etc/passwd')); | no such file",
                "const { readFileSync } = await import('node:fs'); return new Response(readFileSync('/proc/self/environ')); | no such file",
                "const { Worker } = await import('node:worker_threads'); new Worker('x'); | not",
                "eval('1'); | Code generation",
                "new Function('return 1')(); | Code generation",
                "const f = () => f() + 1; f(); | call stack",
                "const m = await import('cloudflare:workers'); return new Response('env ' + Object.keys(m.env ?? {}).length); | env 0",
                "return new Response('env ' + JSON.stringify(process.env)); | env {}",
                "return new Response('loader ' + typeof env.LOADER + typeof env.SUPERVISOR); | loader undefinedundefined"
            })
    void whatReachesOutOfTheBoxFindsNothing(String statements, String answer) {
        AppId app = app();
        engine.deploy(
                app,
                "probe",
                "try { " + statements + " return new Response('done'); } catch (e) { return new Response('' + e); }");
        assertThat(engine.get(app, "probe").body()).contains(answer.strip());
    }

    @Test
    void manyTimersAndRejectionsNobodyHandlesHurtNobody() {
        AppId app = app();
        engine.deploy(app, "timers", """
                let fired = 0;
                for (let i = 0; i < 9990; i++) setTimeout(() => fired++, i % 100);
                for (let i = 0; i < 100; i++) Promise.reject(new Error("nobody sees this"));
                await scheduler.wait(300);
                return new Response("fired " + fired);""");
        engine.deploy(app, "more", "for (;;) setTimeout(() => {}, 60000);");
        engine.deploy(app, "endless", "setInterval(() => {}, 0); return new Response('answered');");

        assertThat(engine.get(app, "timers").body()).isEqualTo("fired 9990");
        assertThat(catchThrowableOfType(GheeException.class, () -> engine.get(app, "more"))
                        .message())
                .contains("exceeded the number of active timeouts");
        assertThat(engine.get(app, "endless").body()).isEqualTo("answered");
        assertThat(engine.get(app, "timers").body()).isEqualTo("fired 9990");
    }

    @Test
    void giantLogsGoNowhere() {
        AppId app = app();
        engine.deploy(app, "log", """
                const line = "x".repeat(1000000);
                for (let i = 0; i < 20; i++) { console.log(line); console.error(line); }
                return new Response("logged");""");
        assertThat(engine.get(app, "log").body()).isEqualTo("logged");
        assertThat(engine.get(app, "log").body()).isEqualTo("logged");
    }

    @Test
    void anEndlessAnswerEndsWithItsTime() {
        AppId app = app();
        engine.deploy(app, "endless", """
                return new Response(new ReadableStream({
                  async pull(controller) { await scheduler.wait(5); controller.enqueue(new Uint8Array(1000)); } }));""");
        Future<TestEngine.Answer> answer = engine.send(app, "endless", TestEngine.limits(SHORT, SHORT));
        assertThat(catchThrowableOfType(RuntimeException.class, () -> await(answer)))
                .isNotNull();
        assertThat(engine.kills).noneMatch(kill -> kill.app().equals(app));
    }

    @Test
    void whatOneFunctionPatchesNoOtherSees() {
        AppId app = app();
        engine.deploy(app, "patch", """
                globalThis.fetch = () => "mine"; Object.prototype.mine = true; Response.json = () => "mine";
                return new Response("patched");""");
        engine.deploy(app, "other", "return Response.json({ fetch: typeof fetch('data:,x').then, mine: {}.mine });");
        engine.deploy(NEIGHBOUR, "other", "return Response.json({ mine: {}.mine, env: env.ENV });");

        assertThat(engine.get(app, "patch").body()).isEqualTo("patched");
        assertThat(engine.get(app, "other").body()).isEqualTo("{\"fetch\":\"function\"}");
        assertThat(engine.get(NEIGHBOUR, "other").body()).isEqualTo("{\"env\":{\"SECRET\":\"of " + NEIGHBOUR + "\"}}");
    }

    @Test
    void neighboursAnswerAllTheWhile() {
        AppId app = app();
        engine.deploy(app, "loop", "for (;;);");
        engine.deploy(app, "bomb", "const all = []; for (;;) all.push(new Uint8Array(1048576).fill(1));");
        Future<?> hostile = Future.join(
                engine.send(app, "loop", TestEngine.limits(LONG, Duration.ofSeconds(2)))
                        .otherwiseEmpty(),
                engine.send(app(), "loop", TestEngine.limits(LONG, SHORT)).otherwiseEmpty());
        long[] micros = new long[200];
        for (int i = 0; i < micros.length; i++) {
            long start = System.nanoTime();
            engine.get(NEIGHBOUR, "hello");
            micros[i] = (System.nanoTime() - start) / 1000;
        }
        await(hostile);
        Arrays.sort(micros);
        assertThat(micros[190]).as("p95 in µs").isLessThan(250_000);
    }

    @Test
    void aProcessThatStopsIsFoundAndReplaced() throws Exception {
        AppId app = app();
        engine.deploy(app, "f", "return new Response('' + (globalThis.n = (globalThis.n ?? 0) + 1));");
        engine.deploy(app, "stop", "await scheduler.wait(20000);");
        assertThat(engine.get(app, "f").body()).isEqualTo("1");
        Future<?> stuck = engine.send(app, "stop", TestEngine.limits(SHORT, SHORT));
        long pid = engine.engine.processOf(app).orElseThrow();
        assertThat(new ProcessBuilder("kill", "-STOP", "" + pid).start().waitFor())
                .isZero();

        assertThat(catchThrowableOfType(GheeException.class, () -> await(stuck)).code())
                .isEqualTo(ErrorCode.FUNCTION_TIMEOUT);
        Awaitility.await()
                .atMost(Duration.ofSeconds(15))
                .untilAsserted(() -> assertThat(engine.kills)
                        .anyMatch(kill -> kill.app().equals(app) && kill.reason() == KillReason.UNRESPONSIVE));
        assertThat(engine.get(app, "f").body()).isEqualTo("1");
    }

    @Test
    void aProcessThatIsKilledFailsItsCallsAndTheNextOneWorks() {
        AppId app = app();
        engine.deploy(app, "f", "await scheduler.wait(1000); return new Response('f');");
        engine.get(app, "f");
        Future<?> call = engine.send(app, "f", TestEngine.limits(LONG, SHORT));
        ProcessHandle.of(engine.engine.processOf(app).orElseThrow()).ifPresent(ProcessHandle::destroyForcibly);

        assertThat(catchThrowableOfType(GheeException.class, () -> await(call)).code())
                .isEqualTo(ErrorCode.FUNCTION_KILLED);
        assertReported(app, KillReason.CRASH, "f");
        assertThat(engine.get(app, "f").body()).isEqualTo("f");
    }

    @Test
    void anAppThatIsEndedAgainAndAgainHasToRest() {
        AppId app = app();
        engine.deploy(app, "loop", "for (;;);");
        CallLimits limits = TestEngine.limits(LONG, Duration.ofMillis(100));
        GheeException last = null;
        for (int i = 0; i < 6 && (last == null || last.code() == ErrorCode.FUNCTION_KILLED); i++) {
            last = fails(app, "loop", limits);
        }
        assertThat(last.code()).isEqualTo(ErrorCode.SERVICE_BUSY);
        assertThat(last.headers()).containsKey("Retry-After");
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(
                        () -> assertThat(fails(app, "loop", limits).code()).isEqualTo(ErrorCode.FUNCTION_KILLED));
    }

    private static void assertReported(AppId app, KillReason reason, String function) {
        Awaitility.await()
                .untilAsserted(() -> assertThat(engine.kills).anySatisfy(kill -> {
                    assertThat(kill.app()).isEqualTo(app);
                    assertThat(kill.reason()).isEqualTo(reason);
                    assertThat(kill.functions()).contains(function);
                    assertThat(kill.detail()).isNotBlank();
                }));
    }
}
