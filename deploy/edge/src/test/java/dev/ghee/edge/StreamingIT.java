package dev.ghee.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Bodies pass piece by piece, no faster than the slower side takes them, and no longer than their limit. */
class StreamingIT {
    private static final int MEBIBYTE = 1 << 20;

    private static final AtomicLong sent = new AtomicLong();
    private static final AtomicLong received = new AtomicLong();
    private static final AtomicLong whole = new AtomicLong();
    private static final LinkedBlockingQueue<HttpServerResponse> open = new LinkedBlockingQueue<>();
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static TestEdge edge;

    @BeforeAll
    static void start() throws Exception {
        edge = TestEdge.before(StreamingIT::backend);
    }

    @AfterAll
    static void stop() throws Exception {
        edge.close();
    }

    private static void backend(HttpServerRequest request) {
        switch (request.path()) {
            case "/v1/app/events" -> {
                request.response().setChunked(true).write("first");
                open.add(request.response());
            }
            case "/v1/app/endless" -> endless(request.response().setChunked(true));
            case "/v1/app/count" -> {
                received.set(0);
                request.handler(chunk -> received.addAndGet(chunk.length()));
                request.endHandler(_ -> {
                    whole.incrementAndGet();
                    request.response().end("" + received.get());
                });
            }
            default -> request.response().setStatusCode(404).end();
        }
    }

    private static void endless(HttpServerResponse response) {
        var chunk = Buffer.buffer(new byte[64 * 1024]);
        while (!response.writeQueueFull() && !response.closed()) {
            response.write(chunk);
            sent.addAndGet(chunk.length());
        }
        response.drainHandler(_ -> endless(response));
    }

    private static HttpResponse<String> post(BodyPublisher body) throws Exception {
        var request = HttpRequest.newBuilder(edge.uri("/v1/app/count")).POST(body);
        return CLIENT.send(request.build(), BodyHandlers.ofString());
    }

    private static BodyPublisher chunked(int bytes) {
        return BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[bytes]));
    }

    @Test
    void aPieceOfAnAnswerArrivesBeforeTheNextOneIsWritten() throws Exception {
        var request = HttpRequest.newBuilder(edge.uri("/v1/app/events")).build();
        try (InputStream in = CLIENT.send(request, BodyHandlers.ofInputStream()).body()) {
            assertThat(new String(in.readNBytes(5), StandardCharsets.US_ASCII)).isEqualTo("first");
            HttpServerResponse response = open.poll(5, TimeUnit.SECONDS);
            assertThat(response).isNotNull();
            response.end("second");
            assertThat(new String(in.readAllBytes(), StandardCharsets.US_ASCII)).isEqualTo("second");
        }
    }

    @Test
    void aPieceOfARequestArrivesBeforeTheNextOneIsSent() throws Exception {
        try (var connection = new RawConnection(edge.port())) {
            connection.send("POST /v1/app/count HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhello");
            await().until(() -> received.get() == 5);
            assertThat(connection.send("world").receive()).endsWith("\r\n\r\n10");
        }
    }

    @Test
    void aClientThatDoesNotReadHoldsTheServiceBack() throws Exception {
        try (var connection = new RawConnection(edge.port())) {
            connection.send("GET /v1/app/endless HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(connection.read()).isEqualTo('H');
            var before = new AtomicLong(-1);
            await().pollInterval(Duration.ofMillis(300))
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> before.getAndSet(sent.get()) == sent.get());
            // Socket buffers on both hops, and the edge's own queue of 64 KiB.
            assertThat(sent.get()).isLessThan(32L * MEBIBYTE);
        }
    }

    @Test
    void aServiceNoticesThatTheClientHasGone() throws Exception {
        open.clear();
        try (var connection = new RawConnection(edge.port())) {
            connection.send("GET /v1/app/events HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(connection.read()).isEqualTo('H');
        }
        HttpServerResponse response = open.poll(5, TimeUnit.SECONDS);
        assertThat(response).isNotNull();
        await().atMost(Duration.ofSeconds(5)).until(response::closed);
    }

    @Test
    void aBodyAsLongAsTheLimitPasses() throws Exception {
        assertThat(post(BodyPublishers.ofByteArray(new byte[MEBIBYTE])).body()).isEqualTo("" + MEBIBYTE);
        assertThat(post(chunked(MEBIBYTE)).body()).isEqualTo("" + MEBIBYTE);
    }

    @Test
    void aLongerBodyIsRefusedBeforeItIsSent() throws Exception {
        whole.set(0);
        var answer = post(BodyPublishers.ofByteArray(new byte[MEBIBYTE + 1]));
        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(answer.body()).contains("\"code\":\"REQUEST_ERROR\"", "\"remediation\"");
        assertThat(whole).hasValue(0);
    }

    @Test
    void aLongerBodyOfUnannouncedLengthIsCutOff() throws Exception {
        whole.set(0);
        var answer = post(chunked(3 * MEBIBYTE));
        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(answer.body()).contains("\"code\":\"REQUEST_ERROR\"", "\"remediation\"");
        assertThat(answer.headers().firstValue("x-request-id")).isPresent();
        assertThat(received).hasValueLessThanOrEqualTo(MEBIBYTE);
        assertThat(whole).hasValue(0);
    }

    @Test
    void underAuthTheRefusalHasThatFamilysShape() throws Exception {
        var request = HttpRequest.newBuilder(edge.uri("/auth/app/signup"))
                .POST(BodyPublishers.ofByteArray(new byte[MEBIBYTE + 1]));
        var answer = CLIENT.send(request.build(), BodyHandlers.ofString());
        assertThat(answer.body()).startsWith("{\"error\":\"");
    }
}
