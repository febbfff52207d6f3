package dev.ghee.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a service sees of a request, and a client of its answer. */
class ForwardingIT {
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static TestEdge edge;

    @BeforeAll
    static void start() throws Exception {
        edge = TestEdge.before(ForwardingIT::backend);
    }

    @AfterAll
    static void stop() throws Exception {
        edge.close();
    }

    private static void backend(HttpServerRequest request) {
        switch (request.path()) {
            case "/v1/app/empty" -> request.response().setStatusCode(204).end();
            case "/v1/app/headers" ->
                request.response()
                        .putHeader("x-request-id", "backend")
                        .putHeader("connection", "x-mine")
                        .putHeader("x-mine", "1")
                        .putHeader("keep-alive", "timeout=5")
                        .putHeader("set-cookie", List.<String>of("a=1", "b=2"))
                        .end("ok");
            default -> {
                var headers = new JsonObject();
                request.headers().forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
                request.body()
                        .onSuccess(body -> request.response()
                                .end(new JsonObject()
                                        .put("method", request.method().name())
                                        .put("uri", request.uri())
                                        .put("body", body.toString())
                                        .put("headers", headers)
                                        .toString()));
            }
        }
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return CLIENT.send(request.build(), BodyHandlers.ofString());
    }

    private static HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(edge.uri(path));
    }

    private static JsonObject seenHeaders(String head) throws Exception {
        try (var connection = new RawConnection(edge.port())) {
            String answer = connection
                    .send("GET /v1/app/t HTTP/1.1\r\nHost: api.example:4000\r\nConnection: close\r\n" + head + "\r\n")
                    .receive();
            return new JsonObject(answer.substring(answer.indexOf("\r\n\r\n") + 4)).getJsonObject("headers");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "DELETE", "OPTIONS"})
    void carriesARequestWithoutABody(String method) throws Exception {
        var answer = send(to("/v1/app/t?a=%2Fb&c=d").method(method, BodyPublishers.noBody()));
        assertThat(new JsonObject(answer.body()).getString("method")).isEqualTo(method);
        assertThat(new JsonObject(answer.body()).getString("uri")).isEqualTo("/v1/app/t?a=%2Fb&c=d");
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE"})
    void carriesABody(String method) throws Exception {
        var answer = send(to("/v1/app/t").method(method, BodyPublishers.ofString("{\"a\":1}")));
        assertThat(new JsonObject(answer.body()).getString("body")).isEqualTo("{\"a\":1}");
    }

    @Test
    void keepsASaneRequestIdAndReturnsIt() throws Exception {
        var answer = send(to("/v1/app/t").header("x-request-id", "mine-1"));
        assertThat(new JsonObject(answer.body()).getJsonObject("headers").getString("x-request-id"))
                .isEqualTo("mine-1");
        assertThat(answer.headers().allValues("x-request-id")).containsExactly("mine-1");
    }

    @Test
    void replacesAnUnreasonableRequestId() throws Exception {
        var answer = send(to("/v1/app/t").header("x-request-id", "<script>"));
        String id = new JsonObject(answer.body()).getJsonObject("headers").getString("x-request-id");
        assertThat(id).matches("[a-z0-9]{20}");
        assertThat(answer.headers().allValues("x-request-id")).containsExactly(id);
    }

    @Test
    void saysItselfWhereTheClientIs() throws Exception {
        var headers = seenHeaders("X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: evil\r\n"
                + "X-Forwarded-Port: 1\r\nX-Forwarded-Prefix: /x\r\nForwarded: for=6.6.6.6\r\nX-Real-IP: 6.6.6.6\r\n");
        assertThat(headers.getString("x-forwarded-for")).isEqualTo("127.0.0.1");
        assertThat(headers.getString("x-forwarded-proto")).isEqualTo("http");
        assertThat(headers.getString("x-forwarded-host")).isEqualTo("api.example:4000");
        assertThat(headers.fieldNames())
                .doesNotContain("forwarded", "x-forwarded-port", "x-forwarded-prefix", "x-real-ip");
    }

    @Test
    void believesATrustedProxyAndAddsItself() throws Exception {
        var nowhere = Files.createTempDirectory("edge-static");
        try (var trusting = TestEdge.before(ForwardingIT::backend, Set.of("127.0.0.1"), nowhere)) {
            var request = HttpRequest.newBuilder(trusting.uri("/v1/app/t"))
                    .header("X-Forwarded-For", "9.9.9.9")
                    .header("X-Forwarded-Proto", "https");
            var headers = new JsonObject(send(request).body()).getJsonObject("headers");
            assertThat(headers.getString("x-forwarded-for")).isEqualTo("9.9.9.9, 127.0.0.1");
            assertThat(headers.getString("x-forwarded-proto")).isEqualTo("https");
        }
    }

    @Test
    void dropsHopByHopHeadersAndTheInternalSecretOnTheWayIn() throws Exception {
        var headers = seenHeaders("Connection: X-Hop, Authorization\r\nX-Hop: 1\r\nTE: trailers\r\nKeep-Alive: 1\r\n"
                + "X-Butterbase-Internal-Secret: guess\r\nAuthorization: Bearer t\r\n");
        assertThat(headers.fieldNames()).doesNotContain("x-hop", "te", "keep-alive", "x-butterbase-internal-secret");
        assertThat(headers.getString("authorization")).isEqualTo("Bearer t");
    }

    @Test
    void dropsHopByHopHeadersOnTheWayOut() throws Exception {
        var answer = send(to("/v1/app/headers"));
        assertThat(answer.headers().map()).doesNotContainKeys("x-mine", "keep-alive", "connection");
        assertThat(answer.headers().allValues("set-cookie")).containsExactly("a=1", "b=2");
        assertThat(answer.headers().firstValue("x-request-id"))
                .hasValueSatisfying(id -> assertThat(id).isNotEqualTo("backend"));
    }

    @Test
    void anEmptyAnswerStaysEmpty() throws Exception {
        try (var connection = new RawConnection(edge.port())) {
            String answer = connection
                    .send("GET /v1/app/empty HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                    .receive();
            assertThat(answer).startsWith("HTTP/1.1 204").endsWith("\r\n\r\n").doesNotContain("transfer-encoding");
        }
    }

    @Test
    void anAnswerToHeadKeepsTheLengthOfTheBodyThatIsNotThere() throws Exception {
        var answer = send(to("/v1/app/headers").method("HEAD", BodyPublishers.noBody()));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
        assertThat(answer.headers().firstValue("transfer-encoding")).isEmpty();
    }

    @Test
    void tellsAWaitingClientToContinue() throws Exception {
        var answer = send(to("/v1/app/t").expectContinue(true).POST(BodyPublishers.ofString("hello")));
        assertThat(new JsonObject(answer.body()).getString("body")).isEqualTo("hello");
    }

    @Test
    void answersItsOwnHealth() throws Exception {
        assertThat(send(to("/_edge/health")).statusCode()).isEqualTo(200);
        assertThat(send(to("/_edge/metrics")).body()).contains("edge_requests_total ");
        assertThat(send(to("/_edge/other")).statusCode()).isEqualTo(404);
    }
}
