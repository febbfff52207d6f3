package dev.ghee.functions.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.lessThan;

import dev.ghee.functions.TestApp;
import dev.ghee.tenancy.directory.AppDirectory;
import dev.ghee.tenancy.directory.KeyDirectory;
import dev.ghee.tenancy.rls.AppPools;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import jakarta.inject.Inject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(StackResource.class)
class LogIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String CODE = """
            type Body = { a: number };
            interface More { b: string }
            export async function handler(req: Request) {
              throw new Error("no");
            }
            """;

    @Inject
    AppDirectory apps;

    @Inject
    KeyDirectory keys;

    @Inject
    FunctionDirectory functions;

    @Inject
    InvocationLog log;

    @Inject
    AppPools pools;

    @Inject
    LogConfig config;

    private TestApp app;
    private DeployedFunction function;

    @BeforeEach
    void deploy() throws Exception {
        app = new TestApp(apps, keys);
        app.sending(Map.of("name", "hello", "code", CODE))
                .post(app.path("/functions"))
                .then()
                .statusCode(200);
        function = functions
                .find(app.state, "hello")
                .toCompletionStage()
                .toCompletableFuture()
                .get()
                .orElseThrow();
    }

    private InvocationRecord call(int status, @Nullable String error, @Nullable String stack, String... console) {
        return new InvocationRecord(
                app.state,
                function,
                Instant.now().truncatedTo(ChronoUnit.MILLIS),
                "http",
                "POST",
                "/x",
                status,
                Duration.ofMillis(12),
                Duration.ofMillis(2),
                null,
                false,
                error,
                stack,
                List.of(console).stream()
                        .map(line -> new InvocationRecord.ConsoleLine("info", line, Instant.now()))
                        .toList(),
                "request-1");
    }

    private void awaitCalls(int count) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> app.request()
                        .get(app.path("/functions"))
                        .then()
                        .body("functions[0].invocationCount", equalTo(count)));
    }

    @Test
    void showsACallWithItsStackInTheDevelopersLines() {
        log.record(call(
                500,
                "no",
                "Error: no\n    at handler (source/index.js:2:9)\n    at async file:///source/index.js:2:3",
                "a\0b"));
        awaitCalls(1);

        app.request()
                .get(app.path("/functions/hello/logs"))
                .then()
                .statusCode(200)
                .body("hasMore", equalTo(false))
                .body("logs", hasSize(1))
                .body("logs[0].statusCode", equalTo(500))
                .body("logs[0].method", equalTo("POST"))
                .body("logs[0].duration", equalTo(12f))
                .body("logs[0].error", equalTo("no"))
                .body("logs[0].stack", equalTo("Error: no\n    at handler (index.ts:4:9)\n    at async index.ts:4:3"))
                .body("logs[0].consoleLogs.level", contains("info"))
                .body("logs[0].consoleLogs.message", contains("a\uFFFDb"));
    }

    @Test
    void countsEveryCallAndTellsHowMuchFails() {
        IntStream.range(0, 8).forEach(_ -> log.record(call(200, null, null)));
        awaitCalls(8);
        log.record(call(500, "no", null));
        awaitCalls(9);

        app.request()
                .get(app.path("/functions"))
                .then()
                .body("functions[0].status", equalTo("error"))
                .body("functions[0].lastStatus", equalTo(500))
                .body("functions[0].avgDuration", equalTo(12f));
        app.request()
                .get(app.path("/functions/hello/metrics"))
                .then()
                .statusCode(200)
                .body("count", equalTo(9))
                .body("errorCount", equalTo(1))
                .body("p50", equalTo(12f))
                .body("p99", equalTo(12f))
                .body("avgCpuTime", equalTo(2f))
                .body("total.count", equalTo(9));
        app.request().get(app.path("/functions/hello/logs?level=error")).then().body("logs.statusCode", contains(500));
        app.request()
                .get(app.path("/functions/hello/logs?limit=3"))
                .then()
                .body("logs", hasSize(3))
                .body("hasMore", equalTo(true));
        app.request()
                .get(app.path("/functions/hello/logs?since=2100-01-01T00:00:00Z"))
                .then()
                .body("logs", hasSize(0));
    }

    @Test
    void forgetsWhatIsOlderThanAWeek() throws Exception {
        log.record(call(200, null, null));
        awaitCalls(1);
        app.query("UPDATE ghee.function_invocations SET at = now() - interval '8 days'");

        app.request().get(app.path("/functions/hello/logs")).then().body("logs", hasSize(0));
        new InvocationStore(pools, config).cleanUp(app.state).await().atMost(PATIENCE);

        assertThat(app.query("SELECT id FROM ghee.function_invocations")).isEmpty();
    }

    @Test
    void underLoadCountersKnowEveryCallAndRowsAreBounded() {
        IntStream.range(0, 5_000).forEach(i -> log.record(call(i % 2 == 0 ? 200 : 500, null, null)));
        awaitCalls(5_000);

        app.request().get(app.path("/functions/hello/logs?limit=1000")).then().body("logs.size()", lessThan(1_000));
    }

    @Test
    void keepsNoMoreOfACallThanItMay() {
        String[] lines =
                IntStream.range(0, 300).mapToObj(_ -> "x".repeat(50_000)).toArray(String[]::new);
        log.record(call(200, null, null, lines));
        awaitCalls(1);

        app.request()
                .get(app.path("/functions/hello/logs"))
                .then()
                .body("logs[0].consoleLogs", hasSize(InvocationLog.MAX_CONSOLE))
                .body("logs[0].consoleLogs[0].message.length()", equalTo(InvocationLog.MAX_LINE));
    }

    @Test
    void streamsCallsAsTheyComeAndFromWhereAReaderStopped() throws Exception {
        log.record(call(200, null, null, "before"));
        awaitCalls(1);
        var events = new ConcurrentLinkedQueue<String>();
        try (HttpClient client = HttpClient.newHttpClient()) {
            Thread reader = follow(client, null, events);
            await().atMost(PATIENCE).until(() -> events.stream().anyMatch(line -> line.startsWith(":")));

            log.record(call(200, null, null, "after"));

            await().atMost(PATIENCE).until(() -> events.stream().anyMatch(line -> line.contains("after")));
            reader.interrupt();
            assertThat(events).noneMatch(line -> line.contains("before")).contains("event:log");
            assertThat(events).anyMatch(line -> line.matches("id:\\d{4}-.*Z"));

            var again = new ConcurrentLinkedQueue<String>();
            Thread late = follow(client, "2020-01-01T00:00:00Z", again);
            await().atMost(PATIENCE)
                    .until(() -> again.stream().anyMatch(line -> line.contains("before"))
                            && again.stream().anyMatch(line -> line.contains("after")));
            late.interrupt();
            client.shutdownNow();
        }
    }

    private Thread follow(HttpClient client, @Nullable String lastEvent, ConcurrentLinkedQueue<String> events) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + RestAssured.port + app.path("/functions/hello/logs/stream")))
                .header("Authorization", "Bearer " + app.serviceKey);
        if (lastEvent != null) {
            request.header("Last-Event-ID", lastEvent);
        }
        return Thread.ofVirtual().start(() -> {
            try {
                HttpResponse<java.io.InputStream> answer =
                        client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
                events.add("status " + answer.statusCode());
                try (var lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
                    String line;
                    while ((line = lines.readLine()) != null) {
                        events.add(line);
                    }
                }
            } catch (IOException | InterruptedException e) {
                events.add("ended");
            }
        });
    }
}
