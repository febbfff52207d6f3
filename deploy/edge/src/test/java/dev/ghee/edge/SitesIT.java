package dev.ghee.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whom a request is for, by its host. The site's table has no route between services, the API's refuses it. */
class SitesIT {
    private static final String PROBE = "/v1/internal/x";

    private static TestEdge edge;
    private static TestEdge behindProxy;

    @BeforeAll
    static void start() throws Exception {
        edge = TestEdge.before(SitesIT::answer);
        var nowhere = java.nio.file.Files.createTempDirectory("edge-static");
        behindProxy = TestEdge.before(SitesIT::answer, Set.of("127.0.0.1"), nowhere);
    }

    private static void answer(io.vertx.core.http.HttpServerRequest request) {
        request.response().end("served for " + request.getHeader("x-forwarded-host") + " at " + request.uri());
    }

    @AfterAll
    static void stop() throws Exception {
        edge.close();
        behindProxy.close();
    }

    private static String get(TestEdge edge, String head) throws Exception {
        try (var connection = new RawConnection(edge.port())) {
            return connection
                    .send("GET " + PROBE + " HTTP/1.1\r\n" + head + "Connection: close\r\n\r\n")
                    .receive();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "shop.localhost",
                "shop.localhost:4000",
                "SHOP.LocalHost",
                "shop.localhost.",
                "www.example.com",
                "xn--mnchen-3ya.example",
                "api.example.evil.test",
                "127.0.0.1.nip.test"
            })
    void anotherNameThanTheApisIsASites(String host) throws Exception {
        assertThat(get(edge, "Host: " + host + "\r\n")).contains("served for " + host + " at " + PROBE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "LOCALHOST:4000",
                "localhost.",
                "127.0.0.1:4000",
                "[::1]:4000",
                "192.168.7.7",
                "api.example",
                "API.Example.:443",
                "edge"
            })
    void theApisOwnNamesAndEveryAddressAreTheApis(String host) throws Exception {
        assertThat(get(edge, "Host: " + host + "\r\n")).contains(" 404 ").contains("Route GET:" + PROBE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Host: \r\n",
                "Host: a.localhost\r\nHost: b.localhost\r\n",
                "Host: localhost\r\nHost: b.localhost\r\n",
                "Host: a.localhost, b.localhost\r\n",
                "Host: a..localhost\r\n",
                "Host: a.localhost/x\r\n",
                "Host: localhost@a.localhost\r\n",
                "Host: m\u00fcnchen.localhost\r\n",
                "Host: a.localhost:1:2\r\n"
            })
    void aHostThatCanBeReadTwoWaysIsRefused(String head) throws Exception {
        assertThat(get(edge, head)).startsWith("HTTP/1.1 400 ");
    }

    @Test
    void aClientCannotSayForWhomItsRequestIs() throws Exception {
        assertThat(get(edge, "Host: shop.localhost\r\nX-Forwarded-Host: other.localhost\r\n"))
                .contains("served for shop.localhost ");
        assertThat(get(edge, "Host: localhost\r\nX-Forwarded-Host: other.localhost\r\n"))
                .contains(" 404 ");
    }

    @ParameterizedTest
    @CsvSource({"shop.localhost, 200", "localhost, 404", "'a.localhost, b.localhost', 404", "a b, 404"})
    void aTrustedProxyIsBelieved(String forwarded, int status) throws Exception {
        assertThat(get(behindProxy, "Host: inner.localhost\r\nX-Forwarded-Host: " + forwarded + "\r\n"))
                .startsWith("HTTP/1.1 " + status + " ");
    }
}
