package dev.ghee.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;

/** A service that does not listen, dies before it answers, or dies in the middle of its answer. */
class BackendDownFaultIT {
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static void dying(HttpServerRequest request) {
        switch (request.path()) {
            case "/v1/app/mute" -> request.connection().close();
            case "/v1/app/half" ->
                request.response()
                        .putHeader("content-length", "100")
                        .write("only a part")
                        .onComplete(_ -> request.connection().close());
            default -> request.response().end("alive");
        }
    }

    private static HttpResponse<String> get(TestEdge edge, String path) throws Exception {
        return CLIENT.send(HttpRequest.newBuilder(edge.uri(path)).build(), BodyHandlers.ofString());
    }

    private static HttpResponse<String> post(TestEdge edge, String path) throws Exception {
        var request = HttpRequest.newBuilder(edge.uri(path)).POST(BodyPublishers.ofString("{}"));
        return CLIENT.send(request.build(), BodyHandlers.ofString());
    }

    @Test
    void aServiceThatDoesNotListenIsA503WithRetryAfter() throws Exception {
        try (var edge = TestEdge.beforeNothing()) {
            for (var answer : java.util.List.of(get(edge, "/v1/app/t"), post(edge, "/v1/app/t"))) {
                assertThat(answer.statusCode()).isEqualTo(503);
                assertThat(answer.headers().firstValue("retry-after")).isPresent();
                assertThat(answer.headers().firstValue("x-request-id")).isPresent();
                assertThat(answer.body())
                        .contains("\"code\":\"EXTERNAL_NETWORK_ERROR\"", "\"remediation\"")
                        .doesNotContain("127.0.0.1");
            }
        }
    }

    @Test
    void aServiceThatComesBackServesAtOnce() throws Exception {
        try (var edge = TestEdge.beforeNothing()) {
            assertThat(get(edge, "/v1/app/t").statusCode()).isEqualTo(503);
            edge.startBackend(BackendDownFaultIT::dying);
            assertThat(get(edge, "/v1/app/t").body()).isEqualTo("alive");
        }
    }

    @Test
    void aServiceThatDiesBeforeItAnswersIsA502() throws Exception {
        try (var edge = TestEdge.before(BackendDownFaultIT::dying)) {
            assertThat(get(edge, "/v1/app/mute").statusCode()).isEqualTo(502);
            assertThat(post(edge, "/v1/app/mute").body()).contains("\"code\":\"EXTERNAL_NETWORK_ERROR\"");
            assertThat(get(edge, "/v1/app/t").body()).isEqualTo("alive");
        }
    }

    @Test
    void anAnswerThatBreaksOffIsNotPassedOffAsWhole() throws Exception {
        try (var edge = TestEdge.before(BackendDownFaultIT::dying)) {
            assertThatThrownBy(() -> get(edge, "/v1/app/half")).isInstanceOf(IOException.class);
            assertThat(get(edge, "/v1/app/t").body()).isEqualTo("alive");
        }
    }

    @Test
    void aWebSocketToAServiceThatDoesNotListenIsA503() throws Exception {
        try (var edge = TestEdge.beforeNothing();
                var connection = new RawConnection(edge.port())) {
            String answer = connection
                    .send("GET /v1/app/realtime HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                    .receive();
            assertThat(answer).startsWith("HTTP/1.1 503 ").contains("EXTERNAL_NETWORK_ERROR");
        }
    }
}
