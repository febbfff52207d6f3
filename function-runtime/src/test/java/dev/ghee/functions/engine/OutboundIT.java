package dev.ghee.functions.engine;

import static dev.ghee.functions.engine.TestEngine.APP;
import static dev.ghee.functions.engine.TestEngine.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.http.HttpServer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reliability case 28, from inside a function: what it never reaches. */
class OutboundIT {
    /** One address of this machine that an operator has allowed; its neighbours are not. */
    private static final String ALLOWED = "127.0.0.9";

    private static final String SECRET = "127.0.0.8";
    private static final String FETCH = """
            const url = new URL(request.url).searchParams.get("url");
            try {
              const answer = await fetch(url, { signal: AbortSignal.timeout(3000) });
              return new Response("reached " + answer.status + " " + await answer.text());
            } catch (error) {
              return new Response(error.name + ": " + error.message);
            }""";

    private static TestEngine engine;
    private static HttpServer allowed;
    private static final List<String> REACHED = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        engine = new TestEngine(Map.of(
                "ghee.functions.allowed-networks", ALLOWED + "/32", "ghee.functions.refused-networks", "8.8.4.0/24"));
        engine.deploy(APP, "fetch", FETCH);
        engine.deploy(APP, "connect", """
                const { connect } = await import("cloudflare:sockets");
                try {
                  await connect(new URL(request.url).searchParams.get("url")).opened;
                  return new Response("reached");
                } catch (error) {
                  return new Response("" + error);
                }""");
        allowed = await(engine.vertx
                .createHttpServer()
                .requestHandler(request -> {
                    REACHED.add("allowed " + request.path());
                    String to = request.getParam("to");
                    if (to != null) {
                        request.response().setStatusCode(302).putHeader("Location", to);
                    }
                    request.response().end("welcome");
                })
                .listen(0, ALLOWED));
        await(engine.vertx
                .createHttpServer()
                .requestHandler(request -> {
                    REACHED.add("secret");
                    request.response().end("secret");
                })
                .listen(allowed.actualPort(), SECRET));
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    private static String fetch(String url) {
        return engine.get(APP, "fetch", "/?url=" + URLEncoder.encode(url, StandardCharsets.UTF_8))
                .body();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1/",
                "https://127.0.0.1/",
                "http://127.0.0.1:5432/",
                "http://127.255.255.254/",
                "http://127.1/",
                "http://2130706433/",
                "http://0x7f000001/",
                "http://0177.0.0.1/",
                "http://0x7f.1/",
                "http://localhost/",
                "http://LOCALHOST:443/",
                "http://0.0.0.0/",
                "http://0/",
                "http://10.0.0.1/",
                "http://10.255.255.255/",
                "http://172.16.0.1/",
                "http://172.31.255.254/",
                "http://192.168.0.1/",
                "http://169.254.169.254/latest/meta-data",
                "http://100.64.0.1/",
                "http://100.100.100.200/latest/meta-data",
                "http://192.0.0.192/opc/v1",
                "http://192.0.2.1/",
                "http://198.18.0.1/",
                "http://198.51.100.7/",
                "http://203.0.113.9/",
                "http://224.0.0.1/",
                "http://239.255.255.250/",
                "http://240.0.0.1/",
                "http://255.255.255.255/",
                "http://192.88.99.1/",
                "http://8.8.4.4/",
                "http://[::1]/",
                "http://[::]/",
                "http://[::ffff:127.0.0.1]/",
                "http://[::ffff:7f00:1]/",
                "http://[::ffff:a9fe:a9fe]/",
                "http://[::127.0.0.1]/",
                "http://[::ffff:0:127.0.0.1]/",
                "http://[64:ff9b::7f00:1]/",
                "http://[64:ff9b::a9fe:a9fe]/",
                "http://[64:ff9b:1::7f00:1]/",
                "http://[2002:7f00:1::]/",
                "http://[2002:a9fe:a9fe::1]/",
                "http://[2001:0:7f00:1::]/",
                "http://[2001:db8::1]/",
                "http://[fe80::1]/",
                "http://[fc00::1]/",
                "http://[fd00:ec2::254]/latest/meta-data",
                "http://[fec0::1]/",
                "http://[ff02::1]/",
                "http://[100::1]/",
                "http://[3fff::1]/",
                "http://user@127.0.0.1/",
                "http://example.com@127.0.0.1/"
            })
    void privateAddressesAreRefusedInWordsThatSayHowToAllowThem(String url) {
        assertThat(fetch(url)).startsWith("TypeError: ").contains("is not allowed", "ghee.functions.allowed-networks");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://example.com/",
                "file:///etc/passwd",
                "gopher://127.0.0.1:6379/_INFO",
                "unix:/var/run/docker.sock",
                "http://unix:/tmp/x/",
                "//127.0.0.1/",
                "http:///path"
            })
    void otherKindsOfUrlsLeadNowhere(String url) {
        assertThat(fetch(url)).contains("Error: ").doesNotContain("reached", "root:");
    }

    @Test
    void anOperatorsAddressIsReached() {
        assertThat(fetch("http://" + ALLOWED + ":" + allowed.actualPort() + "/x"))
                .isEqualTo("reached 200 welcome");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.8:{port}/",
                "http://[::ffff:127.0.0.8]:{port}/",
                "http://2130706440:{port}/",
                "http://169.254.169.254/",
                "http://[::1]/",
                "http://localhost:{port}/"
            })
    void redirectsLeadToNoPrivateAddress(String target) {
        String to = target.replace("{port}", "" + allowed.actualPort());
        String url = "http://" + ALLOWED + ":" + allowed.actualPort() + "/r?to="
                + URLEncoder.encode(to, StandardCharsets.UTF_8);
        assertThat(fetch(url)).startsWith("TypeError: ").contains("is not allowed");
        assertThat(REACHED).doesNotContain("secret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:22", "127.0.0.9:80", "localhost:5432", "[::1]:22", "169.254.169.254:80"})
    void thereAreNoRawConnections(String address) {
        assertThat(engine.get(APP, "connect", "/?url=" + URLEncoder.encode(address, StandardCharsets.UTF_8))
                        .body())
                .contains("Error")
                .doesNotContain("reached");
    }

    @Test
    void aRefusedConnectionAndAnUnknownHostSaySo() {
        assertThat(fetch("http://" + ALLOWED + ":1/")).contains("fetch of http://127.0.0.9:1 failed");
        assertThat(fetch("http://nowhere.invalid/")).contains("there is no such host");
    }

    /**
     * In a view of the system of its own, workerd asks a name server of ours, whose answers change. Needs the rights to
     * make such a view.
     */
    @Test
    void aNameWhoseAddressChangesIsJudgedEachTime() throws Exception {
        assumeTrue(ChangingNames.possible());
        Path directory = Files.createTempDirectory("dns");
        try (ChangingNames names = ChangingNames.start(List.of(ALLOWED, SECRET, "127.0.0.1", "10.0.0.1"));
                TestEngine own = new TestEngine(Map.of(
                        "ghee.functions.allowed-networks",
                        ALLOWED + "/32",
                        "ghee.functions.workerd-directory",
                        names.workerdDirectory(directory, engine.config.workerdDirectory())
                                .toString()))) {
            own.deploy(APP, "fetch", FETCH);
            int refused = 0;
            for (int i = 0; i < 12; i++) {
                String url = "http://n" + i + ".changing.test:" + allowed.actualPort() + "/";
                String answer = own.get(APP, "fetch", "/?url=" + URLEncoder.encode(url, StandardCharsets.UTF_8))
                        .body();
                assertThat(answer).doesNotContain("secret");
                refused += answer.contains("is not allowed") ? 1 : 0;
            }
            String same = "http://same.changing.test:" + allowed.actualPort() + "/";
            for (int i = 0; i < 12; i++) {
                assertThat(own.get(APP, "fetch", "/?url=" + URLEncoder.encode(same, StandardCharsets.UTF_8))
                                .body())
                        .doesNotContain("secret");
            }
            assertThat(names.asked()).isPositive();
            assertThat(refused).isPositive();
            assertThat(REACHED).doesNotContain("secret");
        } finally {
            RunDirectory.delete(directory);
        }
    }
}
