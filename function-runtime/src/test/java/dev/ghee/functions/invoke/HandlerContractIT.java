package dev.ghee.functions.invoke;

import static dev.ghee.functions.invoke.FunctionApp.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ghee.tenancy.directory.AppDirectory;
import dev.ghee.tenancy.directory.KeyDirectory;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a handler is given, and what becomes of what it answers. */
@QuarkusTest
@WithTestResource(StackResource.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HandlerContractIT {
    private static final Duration SOON = Duration.ofSeconds(10);

    @Inject
    AppDirectory apps;

    @Inject
    KeyDirectory keys;

    private FunctionApp app;

    @BeforeAll
    void functions() throws Exception {
        app = new FunctionApp(apps, keys);
        app.sql(
                "CREATE TABLE things (what text)",
                "GRANT SELECT, INSERT ON things TO butterbase_anon",
                "ALTER TABLE things ENABLE ROW LEVEL SECURITY",
                "CREATE POLICY everybody ON things USING (true)");
        app.function("contract", "none", resource("contract.js"));
        app.function("inner", "[]", """
                export const handler = async (req, ctx) => Response.json(
                  { body: await req.json(), method: req.method, h: req.headers.get("x-h"), caller: ctx.caller.type },
                  { status: 202, headers: { "x-own": "yes" } });""", true, false);
        app.function("standard", "none", "export default async (req) => new Response('default ' + req.method);");
        app.function("object", "none", "export default { fetch: async (req) => new Response('object') };");
        app.function("empty", "none", "export const other = 1;");
        app.function("broken", "none", "throw new Error('at the top');");
    }

    @AfterAll
    void drop() throws Exception {
        app.close();
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = HandlerContractIT.class.getResourceAsStream(name)) {
            return new String(java.util.Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private HttpResponse<String> call(String path, String... headers) {
        return app.get("/fn/contract/" + path, headers);
    }

    @Test
    void contextTellsOfAppCallerAndRequest() {
        JsonNode facts = json(call("facts/with/more?q=1", "x-request-id", "r-1"));
        assertThat(facts.at("/user").isNull()).isTrue();
        assertThat(facts.at("/caller/type").asText()).isEqualTo("anonymous");
        assertThat(facts.at("/app/id").asText()).isEqualTo(app.id.value());
        assertThat(facts.at("/app/name").asText()).isEqualTo("Tëst \"app\"");
        assertThat(facts.at("/env/BUTTERBASE_APP_ID").asText()).isEqualTo(app.id.value());
        assertThat(facts.at("/env/BUTTERBASE_REGION").asText()).isEqualTo("us-east-1");
        assertThat(facts.at("/request/id").asText()).isEqualTo("r-1");
        assertThat(facts.at("/request/functionName").asText()).isEqualTo("contract");
        assertThat(facts.at("/url").asText()).endsWith("/v1/" + app.id + "/fn/contract/facts/with/more?q=1");
        assertThat(facts.at("/spread"))
                .extracting(JsonNode::asText)
                .contains("env", "db", "user", "caller", "app", "request", "waitUntil", "invoke", "idempotency");
    }

    @Test
    void headersPassBothWaysButForThePlatformsOwn() {
        HttpResponse<String> answer = call(
                "headers", "x-asked", "a", "x-ghee-context", "{}", "x-ghee-load", "evil@1", "x-rate-limit-bypass", "s");
        assertThat(answer.statusCode()).isEqualTo(207);
        assertThat(answer.headers().firstValue("x-own")).contains("a");
        assertThat(answer.headers().allValues("set-cookie")).containsExactly("a=1; Path=/", "b=2");
        assertThat(answer.body())
                .contains("[\"x-asked\",\"a\"]")
                .doesNotContain("x-ghee", "capability", "x-rate-limit-bypass");
    }

    @Test
    void thePlatformsCookiesStayWithThePlatform() {
        assertThat(call("cookies", "Cookie", "a=1; ghee-session=s; __Host-ghee-session=t; b=ghee-x")
                        .body())
                .isEqualTo("a=1; b=ghee-x");
    }

    @Test
    void documentsGetAnOriginOfTheirOwn() {
        assertThat(call("html").headers().firstValue("content-security-policy"))
                .hasValueSatisfying(
                        policy -> assertThat(policy).startsWith("sandbox").doesNotContain("same-origin"));
    }

    @Test
    void bytesComeBackAsTheyWere() throws Exception {
        byte[] bytes = new byte[700_001];
        new Random(7).nextBytes(bytes);
        for (String path : List.of("echo", "echoStream")) {
            var request = app.request("/fn/contract/" + path)
                    .POST(BodyPublishers.ofByteArray(bytes))
                    .build();
            assertThat(FunctionApp.HTTP
                            .send(request, BodyHandlers.ofByteArray())
                            .body())
                    .as(path)
                    .isEqualTo(bytes);
            var chunked = app.request("/fn/contract/" + path)
                    .POST(BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(bytes)))
                    .build();
            assertThat(FunctionApp.HTTP
                            .send(chunked, BodyHandlers.ofByteArray())
                            .body())
                    .as(path + " of unknown length")
                    .isEqualTo(bytes);
        }
    }

    @Test
    void aStreamArrivesInPieces() throws Exception {
        HttpResponse<InputStream> answer =
                FunctionApp.HTTP.send(app.request("/fn/contract/pieces").GET().build(), BodyHandlers.ofInputStream());
        var arrivals = new ArrayList<Long>();
        byte[] buffer = new byte[64];
        try (InputStream body = answer.body()) {
            while (body.read(buffer) > 0) {
                arrivals.add(System.nanoTime());
            }
        }
        assertThat(arrivals).hasSize(3);
        assertThat(Duration.ofNanos(arrivals.getLast() - arrivals.getFirst())).isGreaterThan(Duration.ofMillis(200));
        await().atMost(SOON).untilAsserted(() -> assertThat(logged("pieces")).contains("piece 1", "piece 3"));
    }

    @Test
    void aSocketEchoesAndMayQueryForAsLongAsItIsOpen() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        WebSocket socket = FunctionApp.HTTP
                .newWebSocketBuilder()
                .buildAsync(
                        URI.create(app.uri("/fn/contract/socket").toString().replace("http:", "ws:")),
                        new Listener(heard))
                .get(20, TimeUnit.SECONDS);
        for (String word : List.of("one", "two")) {
            socket.sendText(word, true);
            assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("echo " + word);
        }
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get(10, TimeUnit.SECONDS);
        await().atMost(SOON).untilAsserted(() -> assertThat(logged("socket")).contains("heard one", "heard two"));
    }

    private record Listener(BlockingQueue<String> heard) implements WebSocket.Listener {
        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            heard.add(data.toString());
            socket.request(1);
            return null;
        }
    }

    @Test
    void parametersAndRowsKeepTheirValues() {
        JsonNode row = json(call("values"));
        assertThat(row.toString()).isEqualTo("""
                {"small":7,"large":42,"huge":"9007199254740993","exact":"12.50","words":"5",\
                "json":{"a":[1,{"b":null}]},"id":"6f1e2d3c-0000-4000-8000-000000000001",\
                "moment":"2026-02-03T04:05:06.789Z","day":"2026-02-03","bytes":[0,255,128],"yes":true,\
                "list":[1,2,null],"texts":["x","y,\\"z\\""],"nan":"NaN","nothing":null,"text_json":{"t":1},\
                "half":0.5,"isBytes":true,"rowCount":1}""");
    }

    @Test
    void aStatementsErrorIsTheFunctionsToCatch() {
        JsonNode errors = json(call("sqlError"));
        assertThat(errors)
                .extracting(error -> error.path("code").asText())
                .containsExactly(
                        "42P01",
                        "42601",
                        "VALIDATION_INVALID_INPUT",
                        "VALIDATION_INVALID_INPUT",
                        "VALIDATION_INVALID_INPUT",
                        "22P02",
                        "22P02",
                        "54000",
                        "VALIDATION_INVALID_INPUT");
        assertThat(errors.at("/0/message").asText()).contains("missing").doesNotContain("127.0.0.1");
        assertThat(errors.at("/0/isError").asBoolean()).isTrue();
        assertThat(errors.at("/5/message").asText()).isEqualTo("Parameter $1 has to be an integer");
    }

    @Test
    void aTransactionHoldsTogether() throws Exception {
        app.sql("TRUNCATE things");
        JsonNode outcome = json(call("transaction"));
        assertThat(outcome.toString()).isEqualTo("{\"kept\":1,\"refused\":\"no\",\"failed\":\"25P02\"}");
        assertThat(app.query("SELECT what FROM things")).containsExactly("kept");
    }

    @Test
    void aTransactionThatIsLeftOpenEndsWithItsCall() throws Exception {
        assertThat(call("leftOpen").body()).isEqualTo("gone");
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(
                                app.query("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                                        + " AND state LIKE 'idle in transaction%'"))
                        .containsExactly("0"));
        assertThat(app.query("SELECT what FROM things WHERE what = 'left open'"))
                .isEmpty();
    }

    @Test
    void backgroundWorkGoesOnAfterTheAnswer() throws Exception {
        assertThat(call("background").body()).isEqualTo("soon");
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(app.query("SELECT what FROM things WHERE what = 'later'"))
                        .containsExactly("later"));
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(logged("background")).contains("done later"));
    }

    @Test
    void aKeyIsClaimedOnce() {
        assertThat(json(call("claim?key=k")).toString()).isEqualTo("[true,false,true]");
        assertThat(json(call("claim?key=k")).toString()).isEqualTo("[false,false,false]");
    }

    @Test
    void keysAndValuesAreTheApps() {
        assertThat(json(call("kv")).toString()).isEqualTo("""
                [null,null,{"n":[1,null]},5,3,false,true,true,"next",null,true,true,null,[1,"two",null],1,0,\
                "KV_KEY_INVALID","KV_WRONG_TYPE","KV_VALUE_TOO_LARGE"]""");
    }

    @Test
    void functionsCallEachOtherSoDeepAndNoDeeper() {
        assertThat(json(call("invoke")).toString()).isEqualTo("""
                {"status":202,"own":"yes","body":{"body":{"a":1},"method":"PUT","h":"v","caller":"loopback"},\
                "missing":"RESOURCE_NOT_FOUND"}""");
        assertThat(json(call("again")).path("refused").asText()).contains("at most 4 deep");
    }

    @Test
    void whatIsSaidIsInTheLogWithItsLevel() throws Exception {
        assertThat(call("consoles").body()).isEqualTo("said");
        await().atMost(SOON).untilAsserted(() -> {
            String lines = logged("consoles");
            assertThat(lines)
                    .contains("plain { a: [ 1, { b: 2 } ] }", "careful", "\"warn\"", "Error: shown", "line 90")
                    .doesNotContain("line 150", "x".repeat(10_241), "ghee/");
        });
    }

    @Test
    void anErrorThatEscapesIs500WithoutItsStack() throws Exception {
        HttpResponse<String> answer = call("throws");
        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).isEqualTo("{\"error\":\"on purpose\"}");
        assertThat(json(call("throws", "Authorization", "Bearer " + app.serviceKey))
                        .path("stack")
                        .asText())
                .contains("function.js");
        assertThat(json(call("nothing")).path("error").asText()).contains("has to return a Response, not undefined");
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(
                                app.query(
                                        "SELECT error || ' ' || stack FROM ghee.function_invocations WHERE path LIKE '%/throws'"))
                        .isNotEmpty()
                        .first()
                        .asString()
                        .contains("on purpose", "function.js"));
    }

    @Test
    void handlersAreFoundWhereverTheyAreExported() {
        assertThat(app.get("/fn/standard").body()).isEqualTo("default GET");
        assertThat(app.get("/fn/object/").body()).isEqualTo("object");
        HttpResponse<String> empty = app.get("/fn/empty");
        assertThat(empty.statusCode()).isEqualTo(500);
        assertThat(empty.body()).contains("exports no handler");
        assertThat(app.get("/fn/broken").body()).contains("at the top");
        assertThat(app.get("/fn/nowhere").body()).isEqualTo("{\"error\":\"Function not found\"}");
        assertThat(app.get("/fn/inner").statusCode()).isEqualTo(404);
    }

    @Test
    void aBodyThatIsTooLongIsRefused() {
        var request = app.request("/fn/contract/echo")
                .POST(BodyPublishers.ofByteArray(new byte[(16 << 20) + 1]))
                .build();
        try {
            assertThat(FunctionApp.send(request).statusCode()).isEqualTo(413);
        } catch (IllegalStateException e) {
            // The connection is closed while the rest is still being sent.
            assertThat(e).hasRootCauseInstanceOf(IOException.class);
        }
    }

    /** All that the log has of calls to this case. */
    private String logged(String path) throws Exception {
        return String.join(
                "\n",
                app.query("SELECT console::text FROM ghee.function_invocations WHERE path LIKE '%/fn/contract/" + path
                        + "'"));
    }

    /** A client that hangs up must not take somebody else's connection to the function with it. */
}
