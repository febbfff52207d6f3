package dev.ghee.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests written so that edge and service might disagree on where they end or what they ask for. */
class SmugglingIT {
    private static final List<String> seen = Collections.synchronizedList(new ArrayList<>());
    private static TestEdge edge;

    @BeforeAll
    static void start() throws Exception {
        edge = TestEdge.before(request -> {
            seen.add(request.method() + " " + request.uri() + " cl=" + request.getHeader("content-length") + " te="
                    + request.getHeader("transfer-encoding"));
            request.body().onSuccess(body -> request.response().end("got " + body.length()));
        });
    }

    @AfterAll
    static void stop() throws Exception {
        edge.close();
    }

    @BeforeEach
    void forget() {
        seen.clear();
    }

    private static String exchange(String request) throws Exception {
        try (var connection = new RawConnection(edge.port())) {
            return connection.send(request).receive();
        }
    }

    static Stream<String> ambiguous() {
        return Stream.of(
                "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde",
                "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 4, 5\r\n\r\nabcde",
                "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: +4\r\n\r\nabcd",
                "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
                "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 0x4\r\n\r\nabcd",
                "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
                "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
                "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
                "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding:\u000bchunked\r\n\r\n0\r\n\r\n",
                "POST /a HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n",
                "GET /a HTTP/1.1\r\n\r\n",
                "GET /a HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                "GET /a HTTP/1.1\r\nHost: a@b\r\n\r\n",
                "GET http://127.0.0.1/v1/internal/x HTTP/1.1\r\nHost: a\r\n\r\n",
                "CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: a\r\n\r\n",
                "TRACE /a HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /a\r\nHost: a\r\n\r\n",
                "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\r\n\r\n");
    }

    @ParameterizedTest
    @MethodSource("ambiguous")
    void aRequestWithTwoReadingsReachesNoService(String request) throws Exception {
        String answer = exchange(request);
        // Broken in the middle of its body, a request may also just lose its connection.
        assertThat(answer).matches("(?s)(HTTP/1\\.[01] 4\\d\\d .*)?");
        assertThat(seen).noneMatch(line -> line.contains("/a") && !line.contains("te=chunked"));
    }

    @Test
    void chunkedBeatsContentLengthAndTheServiceSeesOnlyOneOfThem() throws Exception {
        exchange(
                "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGPOST");
        assertThat(seen)
                .allMatch(line -> line.equals("POST /a cl=null te=chunked"))
                .hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void aPipelinedRequestIsOneThatTheEdgeHasSeen() throws Exception {
        String answer = exchange("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi"
                + "GET /v1/internal/apps/x HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(answer).contains("got 2").contains("Route GET:/v1/internal/apps/x not found");
        assertThat(seen).containsExactly("POST /a cl=2 te=null");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/internal/apps/app_1",
                "/v1/internal",
                "/v1/%69nternal/apps/app_1",
                "/v1%2finternal/apps/app_1",
                "//v1//internal/apps/app_1",
                "/v1/internal;x=y/apps/app_1",
                "/v1/x/../internal/apps/app_1",
                "/v1/x/%2e%2e/internal/apps/app_1",
                "/q/health",
                "/q;a/metrics",
                "/%71/metrics"
            })
    void routesBetweenServicesCannotBeReached(String path) throws Exception {
        String answer = exchange("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        assertThat(answer).matches("(?s)HTTP/1\\.1 (400|404) .*");
        assertThat(seen).isEmpty();
    }

    @Test
    void anOverlongUrlIsRefusedInOurShape() throws Exception {
        String answer = exchange("GET /" + "a".repeat(9_000) + " HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.0 414 ").contains("\"code\":\"REQUEST_ERROR\"");
    }

    @Test
    void anOverlongHeadIsRefusedInOurShape() throws Exception {
        String answer = exchange("GET /a HTTP/1.1\r\nHost: x\r\nX-Big: " + "a".repeat(20_000) + "\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 431 ").contains("\"code\":\"REQUEST_ERROR\"");
    }

    @Test
    void anUpgradeToHttp2InClearTextIsNotPassedOn() throws Exception {
        exchange("GET /a HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
                + "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n");
        assertThat(seen).containsExactly("GET /a cl=null te=null");
    }
}
