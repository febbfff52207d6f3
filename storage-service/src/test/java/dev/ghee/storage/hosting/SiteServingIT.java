package dev.ghee.storage.hosting;

import static dev.ghee.storage.hosting.SiteApp.zip;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.aayushatharva.brotli4j.decoder.Decoder;
import dev.ghee.contracts.AppState;
import dev.ghee.contracts.Contracts;
import dev.ghee.contracts.SiteChanged;
import dev.ghee.contracts.Topics;
import dev.ghee.tenancy.directory.AppDirectory;
import dev.ghee.tenancy.directory.KeyDirectory;
import dev.ghee.tenancy.topic.SharedTopics;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(StackResource.class)
class SiteServingIT {
    private static final String HASHED = "assets/index-BwQd8x1y.js";
    private static final String CODE = "console.log('hello');\n".repeat(200);

    @Inject
    AppDirectory apps;

    @Inject
    KeyDirectory keys;

    @Inject
    SharedTopics topics;

    /** What is deployed last is what is served. */
    private static @Nullable SiteApp shared;

    private SiteApp site;

    @BeforeEach
    void anApp() throws SQLException {
        site = shared == null ? new SiteApp(apps, keys) : shared;
        shared = site;
    }

    private static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    @Test
    void filesHaveTheirTypeTheirLifetimeAndHeadersThatProtect() throws Exception {
        site.deployed("READY", "react-vite", zip("index.html", "<p>hi", HASHED, CODE, "a.svg", "<svg/>"));

        HttpResponse<byte[]> page = site.page("/some/route", "Accept", "text/html");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(header(page, "content-type")).isEqualTo("text/html; charset=utf-8");
        assertThat(header(page, "cache-control")).isEqualTo("public, max-age=0, must-revalidate");
        assertThat(header(page, "x-content-type-options")).isEqualTo("nosniff");
        assertThat(header(page, "x-frame-options")).isEqualTo("SAMEORIGIN");
        assertThat(header(page, "referrer-policy")).isEqualTo("strict-origin-when-cross-origin");
        HttpResponse<byte[]> script = site.page("/" + HASHED);
        assertThat(header(script, "content-type")).isEqualTo("text/javascript; charset=utf-8");
        assertThat(header(script, "cache-control")).isEqualTo("public, max-age=31536000, immutable");
        assertThat(header(site.page("/a.svg"), "content-type")).isEqualTo("image/svg+xml");
        assertThat(header(page, "x-ratelimit-limit")).isEmpty();
    }

    @Test
    void everyClientGetsTheFormThatItTakes() throws Exception {
        site.deployed("READY", "static", zip("index.html", "x", "a.js", CODE));

        HttpResponse<byte[]> brotli = site.page("/a.js", "Accept-Encoding", "gzip, br");
        HttpResponse<byte[]> gzip = site.page("/a.js", "Accept-Encoding", "gzip");
        HttpResponse<byte[]> plain = site.page("/a.js");

        assertThat(header(brotli, "content-encoding")).isEqualTo("br");
        assertThat(Decoder.decompress(brotli.body()).getDecompressedData()).isEqualTo(CODE.getBytes(UTF_8));
        assertThat(header(gzip, "content-encoding")).isEqualTo("gzip");
        assertThat(new GZIPInputStream(new ByteArrayInputStream(gzip.body())).readAllBytes())
                .isEqualTo(CODE.getBytes(UTF_8));
        assertThat(header(plain, "content-encoding")).isEmpty();
        assertThat(plain.body()).isEqualTo(CODE.getBytes(UTF_8));
        assertThat(header(plain, "vary")).isEqualTo("Accept-Encoding");
        assertThat(header(brotli, "etag")).isNotEqualTo(header(plain, "etag"));
    }

    @Test
    void whatIsKnownIsNotSentAgain() throws Exception {
        site.deployed("READY", "static", zip("index.html", "x", "a.js", CODE));
        String tag = header(site.page("/a.js", "Accept-Encoding", "br"), "etag");

        HttpResponse<byte[]> again = site.page("/a.js", "Accept-Encoding", "br", "If-None-Match", tag);

        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(header(again, "etag")).isEqualTo(tag);
        assertThat(site.page("/a.js", "If-None-Match", "\"other\"").statusCode())
                .isEqualTo(200);
    }

    @Test
    void partsOfSmallAndLargeFilesAreServed() throws Exception {
        byte[] video = new byte[3 * 1024 * 1024];
        new Random(7).nextBytes(video);
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("index.html", "0123456789".getBytes(UTF_8));
        files.put("v.mp4", video);
        site.deployed("READY", "static", zip(files));

        HttpResponse<byte[]> part = site.page("/v.mp4", "Range", "bytes=1000000-1000099");
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.body()).isEqualTo(Arrays.copyOfRange(video, 1_000_000, 1_000_100));
        assertThat(header(part, "content-range")).isEqualTo("bytes 1000000-1000099/3145728");
        assertThat(site.page("/v.mp4").body()).isEqualTo(video);
        assertThat(site.text("/", "Range", "bytes=-3")).isEqualTo("789");
        HttpResponse<byte[]> beyond = site.page("/", "Range", "bytes=10-");
        assertThat(beyond.statusCode()).isEqualTo(416);
        assertThat(header(beyond, "content-range")).isEqualTo("bytes */10");
        assertThat(site.page("/", "Range", "bytes=0-1", "If-Range", "\"old\"").statusCode())
                .isEqualTo(200);
        HttpResponse<byte[]> head = site.asked("HEAD", "/v.mp4");
        assertThat(header(head, "content-length")).isEqualTo("3145728");
        assertThat(head.body()).isEmpty();
    }

    @Test
    void whatIsNotThereIsSaidClearly() throws Exception {
        site = new SiteApp(apps, keys);
        assertThat(site.page("/").statusCode()).isEqualTo(404);
        assertThat(site.text("/")).contains("Nothing is deployed yet");
        site.deployed("READY", "static", zip("index.html", "x", "docs/index.html", "d"));

        assertThat(site.page("/nowhere").statusCode()).isEqualTo(404);
        assertThat(site.asked("POST", "/").statusCode()).isEqualTo(405);
        HttpResponse<byte[]> moved = site.page("/docs?a=b");
        assertThat(moved.statusCode()).isEqualTo(308);
        assertThat(header(moved, "location")).isEqualTo("/sites/" + site.app.id + "/docs/?a=b");
        assertThat(site.page("/%2e%2e/%2e%2e/etc/passwd").statusCode()).isEqualTo(404);
        assertThat(site.page("/a%00b").statusCode()).isEqualTo(404);
    }

    @Test
    void aSiteIsServedOnItsAppsOwnHost() throws Exception {
        site.deployed("READY", "react-vite", zip("index.html", "on its host"));
        AppState state = site.app.state();
        String subdomain = "shop-" + site.app.id.value().substring(4);
        apps.accept(new AppState(
                state.appId(),
                2,
                state.name(),
                subdomain,
                state.ownerId(),
                state.organizationId(),
                state.memberIds(),
                state.region(),
                state.status(),
                state.accessMode(),
                null,
                List.of(),
                "anon",
                List.of(),
                false,
                null));

        assertThat(onHost(subdomain + ".localhost:4000", "/").body()).isEqualTo("on its host");
        // Pages of the site, though other services have short forms that begin like this.
        assertThat(onHost(subdomain + ".localhost", "/auth/callback").body()).isEqualTo("on its host");
        assertThat(onHost(subdomain + ".localhost", "/sites/" + site.app.id + "/")
                        .body())
                .isEqualTo("on its host");
        assertThat(onHost("nobody.localhost", "/").statusCode()).isEqualTo(404);
        assertThat(onHost("nobody.localhost", "/").body()).contains("There is no site here");
        assertThat(onHost("127.0.0.1:4000", "/auth/callback").body()).doesNotContain("on its host");
    }

    private static HttpResponse<String> onHost(String host, String path) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + RestAssured.port + path))
                                .header("X-Forwarded-Host", host)
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void anotherReplicasSwitchIsSeenWithinASecond() throws Exception {
        String first = site.deployed("READY", "static", zip("index.html", "one"));
        site.deployed("READY", "static", zip("index.html", "two"));
        assertThat(site.text("/")).isEqualTo("two");

        site.app.query("UPDATE ghee.deployments SET superseded_at = now(), status = CASE WHEN id = '" + first
                + "' THEN 'READY' ELSE 'SUPERSEDED' END");
        String app = site.app.id.value();
        topics.write(Topics.SITE_CHANGES, app, app, Contracts.write(new SiteChanged(site.app.id, Instant.now())));

        await().atMost(Duration.ofSeconds(1)).until(() -> site.text("/").equals("one"));
    }
}
