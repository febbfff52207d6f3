package dev.ghee.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ghee.bench.HttpLoad.Latencies;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Signed URLs through the edge, under a user's token: each connection asks for an upload, which reserves its room in the
 * app's database, and then for the download of one of the user's objects. Fails under {@link #PAIRS} pairs per second,
 * or when one request in a hundred takes longer than {@link #P99_MILLIS}.
 */
final class PresignBench {
    private static final int CONNECTIONS = 32;
    private static final int OBJECTS = 200;
    private static final double PAIRS = 3000;
    private static final double P99_MILLIS = 20;
    private static final int WARM_UP_SECONDS = 20;

    private PresignBench() {}

    static boolean run(BenchStack stack, Benchmark.Options options, PrintStream out)
            throws IOException, InterruptedException {
        BenchApp app = BenchApp.create(stack);
        String token = app.signUp(1).getFirst().accessToken();
        Map<String, String> headers = new TreeMap<>(BenchStack.bypass());
        headers.put("Authorization", "Bearer " + token);
        String root = "/storage/" + app.id();
        byte[] upload = HttpLoad.request(
                "POST",
                root + "/upload",
                headers,
                "{\"filename\":\"a photo.jpg\",\"contentType\":\"image/jpeg\",\"sizeBytes\":7,\"public\":false}");
        List<byte[]> downloads = new ArrayList<>();
        for (String id : uploaded(app, root, token, options.scaled(OBJECTS))) {
            downloads.add(HttpLoad.request("GET", root + "/download/" + id, headers, ""));
        }
        out.println("load       " + HttpLoad.NAME);
        if (BenchStack.bypass().isEmpty()) {
            out.println("RATE_LIMIT_BYPASS_TOKEN is not set: the limit of requests per minute applies");
        }
        var load = new HttpLoad(stack.edgeUrl(), () -> pairs(upload, downloads));
        load.run(CONNECTIONS, Duration.ofSeconds(options.scaled(WARM_UP_SECONDS)));

        ProcessUsage usage = ProcessUsage.start(stack.endpoints());
        Latencies measured = load.run(CONNECTIONS, options.length());
        double pairs = measured.perSecond() / 2;
        boolean held = pairs >= PAIRS && measured.percentile(99) <= P99_MILLIS;
        out.printf(
                Locale.ROOT,
                "presign %2d connections  %6.0f pairs/s  requests %s  %s%n",
                CONNECTIONS,
                pairs,
                measured,
                held ? "held" : "NOT HELD: " + (int) PAIRS + " pairs/s, p99 " + (int) P99_MILLIS + " ms");
        out.println("        " + usage.report(measured.count()));
        out.println(ProcessUsage.start(stack.endpoints()).memory());
        return held;
    }

    private static HttpLoad.Dialogue pairs(byte[] upload, List<byte[]> downloads) {
        boolean[] uploading = {false};
        return _ -> {
            uploading[0] = !uploading[0];
            return uploading[0]
                    ? upload
                    : downloads.get(ThreadLocalRandom.current().nextInt(downloads.size()));
        };
    }

    /** Ids of objects whose bytes are there. */
    private static List<String> uploaded(BenchApp app, String root, String token, int count)
            throws IOException, InterruptedException {
        HttpClient http = HttpClient.newHttpClient();
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            JsonNode asked = app.post(
                    root + "/upload", token, Map.of("filename", "f", "contentType", "text/plain", "sizeBytes", 5));
            int status = http.send(
                            HttpRequest.newBuilder(
                                            URI.create(asked.path("uploadUrl").asText()))
                                    .header("Content-Type", "text/plain")
                                    .PUT(HttpRequest.BodyPublishers.ofString("hello"))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
            if (status != 200) {
                throw new IOException("the object store answered " + status);
            }
            String id = asked.path("objectId").asText();
            app.send("GET", root + "/download/" + id, token, "");
            ids.add(id);
        }
        return ids;
    }
}
