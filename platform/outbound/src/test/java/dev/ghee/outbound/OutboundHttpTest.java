package dev.ghee.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import dev.ghee.outbound.OutboundException.Reason;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.JksOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The guarded client against a real server on loopback. */
class OutboundHttpTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicReference<String> authorization = new AtomicReference<>("");

    @SuppressWarnings("NullAway.Init")
    private HttpServer server;

    @AfterAll
    static void closeAll() {
        VERTX.close();
    }

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(LOOPBACK, 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            calls.incrementAndGet();
            String sent = exchange.getRequestHeaders().getFirst("Authorization");
            authorization.set(sent == null ? "" : sent);
            String path = exchange.getRequestURI().getPath();
            if (path.startsWith("/to/")) {
                exchange.getResponseHeaders().add("Location", path.substring("/to/".length()));
                exchange.sendResponseHeaders(302, -1);
            } else if (path.equals("/large")) {
                exchange.sendResponseHeaders(200, 0);
                exchange.getResponseBody().write(new byte[1001]);
            } else if (path.equals("/slow")) {
                exchange.sendResponseHeaders(200, 0);
                drip(exchange.getResponseBody());
            } else {
                byte[] body =
                        exchange.getRequestHeaders().getFirst("Host").getBytes(java.nio.charset.StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            }
            exchange.close();
        });
        server.start();
    }

    /** A byte now and then, for longer than anybody waits. */
    private static void drip(java.io.OutputStream body) throws IOException {
        try {
            for (int i = 0; i < 50; i++) {
                body.write('.');
                body.flush();
                TimeUnit.MILLISECONDS.sleep(100);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void aTrustedHostIsCalled() throws Exception {
        OutboundResponse answer = client("127.0.0.1").send(OutboundRequest.get(at("127.0.0.1", "/")));

        assertThat(answer.text()).isEqualTo("127.0.0.1:" + port());
    }

    @Test
    void callsWithoutTlsAreStillKeptOutOfOurNetworks() {
        OutboundHttp http = client("elsewhere.test");

        assertThat(catchThrowableOfType(
                                OutboundException.class,
                                () -> http.sendPlain(OutboundRequest.get(at("127.0.0.1", "/"))))
                        .reason())
                .isEqualTo(Reason.REFUSED_ADDRESS);
        assertThat(reason(http, URI.create("http://192.0.2.1/"))).isEqualTo(Reason.INVALID_URL);
        assertThat(calls).hasValue(0);
    }

    @Test
    void trustMayBeLimitedToOnePort() {
        assertThat(reason(client("127.0.0.1:1"), at("127.0.0.1", "/"))).isEqualTo(Reason.INVALID_URL);
        assertThat(calls).hasValue(0);
    }

    @Test
    void aNameThatChangesItsAnswerGainsNothing() {
        var answers = new AtomicInteger();
        HostResolver rebinding = host ->
                new InetAddress[] {answers.getAndIncrement() == 0 ? InetAddress.ofLiteral("192.0.2.1") : LOOPBACK};
        var http = new OutboundHttp(VERTX, new TestConfig(List.of()), rebinding, new HttpClientOptions());

        assertThat(reason(http, URI.create("https://rebinding.example:" + port() + "/")))
                .isEqualTo(Reason.REFUSED_ADDRESS);
        assertThat(answers).hasValue(1);
        assertThat(calls).hasValue(0);
    }

    @Test
    void theConnectionGoesToTheAddressThatWasChecked() throws Exception {
        var answers = new AtomicInteger();
        HostResolver once = host -> {
            if (answers.getAndIncrement() > 0) {
                throw new java.net.UnknownHostException("asked twice");
            }
            return new InetAddress[] {LOOPBACK};
        };
        var http = new OutboundHttp(VERTX, new TestConfig(List.of("provider.test")), once, new HttpClientOptions());

        assertThat(http.send(OutboundRequest.get(at("provider.test", "/"))).text())
                .isEqualTo("provider.test:" + port());
    }

    @Test
    void redirectsAreFollowedAndCheckedHopByHop() throws Exception {
        OutboundHttp http = client("127.0.0.1");

        assertThat(http.send(OutboundRequest.get(at("127.0.0.1", "/to//end"))).ok())
                .isTrue();
        assertThat(reason(http, at("127.0.0.1", "/to/http://localhost:" + port() + "/")))
                .isEqualTo(Reason.INVALID_URL);
        assertThat(reason(http, at("127.0.0.1", "/to/https://169.254.169.254/latest")))
                .isEqualTo(Reason.REFUSED_ADDRESS);
        assertThat(reason(http, at("127.0.0.1", "/to//to//to//end"))).isEqualTo(Reason.TOO_MANY_REDIRECTS);
    }

    @Test
    void credentialsDoNotTravelToAnotherOrigin() throws Exception {
        OutboundHttp http = client("127.0.0.1", "localhost");
        OutboundRequest request = OutboundRequest.get(at("127.0.0.1", "/to/http://localhost:" + port() + "/"))
                .header("Authorization", "Bearer x");

        http.send(request);

        assertThat(authorization).hasValue("");
    }

    @Test
    void aPostIsNotRedirected() throws Exception {
        OutboundResponse answer =
                client("127.0.0.1").send(OutboundRequest.form(at("127.0.0.1", "/to//end"), Map.of("a", "b")));

        assertThat(answer.status()).isEqualTo(302);
        assertThat(calls).hasValue(1);
    }

    @Test
    void longAnswersAreCutOff() {
        assertThat(reason(client("127.0.0.1"), at("127.0.0.1", "/large"))).isEqualTo(Reason.TOO_LARGE);
    }

    @Test
    void slowAnswersEndInTime() {
        long start = System.nanoTime();

        assertThat(reason(client("127.0.0.1"), at("127.0.0.1", "/slow"))).isEqualTo(Reason.TIMED_OUT);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
    }

    /** The name is what the certificate is checked against, although the connection goes to an address. */
    @Test
    void certificatesAreCheckedForTheName(@TempDir Path folder) throws Exception {
        JksOptions store = certificate(folder.resolve("store.jks"), "provider.test");
        var tls = VERTX.createHttpServer(new HttpServerOptions().setSsl(true).setKeyCertOptions(store))
                .requestHandler(request -> request.response().end("hello"))
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(5, TimeUnit.SECONDS);
        var http = new OutboundHttp(
                VERTX,
                new TestConfig(List.of("provider.test", "other.test")),
                _ -> new InetAddress[] {LOOPBACK},
                new HttpClientOptions().setTrustOptions(store));

        String right = "https://provider.test:" + tls.actualPort() + "/";
        assertThat(http.send(OutboundRequest.get(URI.create(right))).text()).isEqualTo("hello");
        assertThat(reason(http, URI.create(right.replace("provider", "other")))).isEqualTo(Reason.UNREACHABLE);
        var strict = new OutboundHttp(
                VERTX,
                new TestConfig(List.of("provider.test")),
                _ -> new InetAddress[] {LOOPBACK},
                new HttpClientOptions());
        assertThat(reason(strict, URI.create(right))).isEqualTo(Reason.UNREACHABLE);
    }

    private static JksOptions certificate(Path file, String host) throws Exception {
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-alias",
                        "server",
                        "-dname",
                        "CN=" + host,
                        "-ext",
                        "SAN=dns:" + host,
                        "-storetype",
                        "JKS",
                        "-storepass",
                        "changeit",
                        "-keypass",
                        "changeit",
                        "-keystore",
                        file.toString())
                .redirectErrorStream(true)
                .start();
        keytool.getInputStream().readAllBytes();
        assertThat(keytool.waitFor()).isZero();
        return new JksOptions().setPath(file.toString()).setPassword("changeit");
    }

    private static Reason reason(OutboundHttp http, URI uri) {
        return catchThrowableOfType(OutboundException.class, () -> http.send(OutboundRequest.get(uri)))
                .reason();
    }

    private static OutboundHttp client(String... trusted) {
        return new OutboundHttp(
                VERTX, new TestConfig(List.of(trusted)), InetAddress::getAllByName, new HttpClientOptions());
    }

    private int port() {
        return server.getAddress().getPort();
    }

    private URI at(String host, String path) {
        return URI.create("http://" + host + ":" + port() + path);
    }
}
