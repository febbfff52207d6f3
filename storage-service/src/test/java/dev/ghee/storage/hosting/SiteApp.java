package dev.ghee.storage.hosting;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ghee.storage.TestApp;
import dev.ghee.tenancy.directory.AppDirectory;
import dev.ghee.tenancy.directory.KeyDirectory;
import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** An app with a site, deployed as clients do it. */
final class SiteApp {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();
    private static final Duration LIMIT = Duration.ofSeconds(30);

    final TestApp app;

    SiteApp(AppDirectory apps, KeyDirectory keys) throws SQLException {
        this.app = new TestApp(apps, keys);
    }

    static byte[] zip(Map<String, byte[]> files) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            for (var file : files.entrySet()) {
                zip.putNextEntry(new ZipEntry(file.getKey()));
                zip.write(file.getValue());
                zip.closeEntry();
            }
        }
        return bytes.toByteArray();
    }

    /** Alternately a path and its text. */
    static byte[] zip(String... files) throws IOException {
        Map<String, byte[]> all = new LinkedHashMap<>();
        for (int i = 0; i < files.length; i += 2) {
            all.put(files[i], files[i + 1].getBytes(UTF_8));
        }
        return zip(all);
    }

    String path(String rest) {
        return app.path("/frontend/deployments" + rest);
    }

    JsonPath create(String framework) {
        return app.sending(Map.of("framework", framework))
                .post(path(""))
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    static int upload(String url, byte[] zip) throws IOException, InterruptedException {
        return HTTP.send(
                        HttpRequest.newBuilder(URI.create(url))
                                .header("Content-Type", "application/zip")
                                .PUT(BodyPublishers.ofByteArray(zip))
                                .build(),
                        BodyHandlers.discarding())
                .statusCode();
    }

    /** Created and uploaded, not started. */
    String uploaded(String framework, byte[] zip) throws IOException, InterruptedException {
        JsonPath created = create(framework);
        assertThat(upload(created.getString("uploadUrl"), zip)).isEqualTo(200);
        return created.getString("id");
    }

    String started(String framework, byte[] zip) throws IOException, InterruptedException {
        String id = uploaded(framework, zip);
        app.request().post(path("/" + id + "/start")).then().statusCode(200);
        return id;
    }

    /** Deploys, and waits until it has ended in this state. */
    String deployed(String state, String framework, byte[] zip) throws IOException, InterruptedException {
        String id = started(framework, zip);
        awaitState(id, state);
        return id;
    }

    void awaitState(String id, String state) {
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(get(id).getString("status")).isEqualTo(state));
    }

    JsonPath get(String id) {
        return app.request()
                .get(path("/" + id))
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    /** A page by path, as it is sent; headers alternately name and value. */
    HttpResponse<byte[]> page(String path, String... headers) throws IOException, InterruptedException {
        return asked("GET", path, headers);
    }

    HttpResponse<byte[]> asked(String method, String path, String... headers) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + RestAssured.port + "/sites/" + app.id + path))
                .method(method, BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HTTP.send(request.build(), BodyHandlers.ofByteArray());
    }

    String text(String path, String... headers) throws IOException, InterruptedException {
        return new String(page(path, headers).body(), UTF_8);
    }
}
