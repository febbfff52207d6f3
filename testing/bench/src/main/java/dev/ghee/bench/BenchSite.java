package dev.ghee.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** An app's site, deployed through the API as any client would. */
final class BenchSite {
    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final long PAUSE_MILLIS = 20;

    private final BenchStack stack;
    private final BenchApp app;
    private final HttpClient http = HttpClient.newHttpClient();

    BenchSite(BenchStack stack, BenchApp app) {
        this.stack = stack;
        this.app = app;
    }

    static byte[] zip(Map<String, byte[]> files) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            zip.setLevel(Deflater.BEST_SPEED);
            for (var file : files.entrySet()) {
                zip.putNextEntry(new ZipEntry(file.getKey()));
                zip.write(file.getValue());
                zip.closeEntry();
            }
        }
        return bytes.toByteArray();
    }

    /** Waits until it is live; answers the deployment. */
    JsonNode deploy(byte[] zip) throws IOException, InterruptedException {
        JsonNode created = app.post(path(""), stack.ownerKey(), Map.of("framework", "static"));
        HttpResponse<String> uploaded = http.send(
                HttpRequest.newBuilder(URI.create(created.path("uploadUrl").asText()))
                        .header("Content-Type", "application/zip")
                        .PUT(HttpRequest.BodyPublishers.ofByteArray(zip))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (uploaded.statusCode() != 200) {
            throw new IOException("upload: " + uploaded.statusCode() + " " + uploaded.body());
        }
        String id = created.path("id").asText();
        app.send("POST", path("/" + id + "/start"), stack.ownerKey(), "");
        Instant deadline = Instant.now().plus(LIMIT);
        JsonNode deployment = get(id);
        while (!deployment.path("status").asText().equals("READY")) {
            if (deployment.path("status").asText().equals("ERROR")
                    || Instant.now().isAfter(deadline)) {
                throw new IOException("not deployed: " + deployment);
            }
            Thread.sleep(PAUSE_MILLIS);
            deployment = get(id);
        }
        return deployment;
    }

    private JsonNode get(String id) throws IOException, InterruptedException {
        return app.send("GET", path("/" + id), stack.ownerKey(), "");
    }

    JsonNode list() throws IOException, InterruptedException {
        return app.send("GET", path(""), stack.ownerKey(), "").path("deployments");
    }

    void rollBack(String id) throws IOException, InterruptedException {
        app.send("POST", path("/" + id + "/rollback"), stack.ownerKey(), "");
    }

    /** The path on the API's own host. */
    String page(String path) throws IOException, InterruptedException {
        return http.send(
                        HttpRequest.newBuilder(URI.create(stack.edgeUrl() + "/sites/" + app.id() + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private String path(String rest) {
        return app.path("frontend/deployments" + rest);
    }

    /** A GET of a path of a host, as bytes on the wire. */
    static byte[] request(String host, String path) {
        return ("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nAccept: text/html\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
    }
}
