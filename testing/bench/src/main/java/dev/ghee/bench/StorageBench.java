package dev.ghee.bench;

import dev.ghee.bench.storage.MadeUpFile;
import dev.ghee.bench.storage.Reading;
import dev.ghee.bench.storage.StoredFiles;
import dev.ghee.bench.storage.TroubledUpload;
import dev.ghee.testkit.OsProcess;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Files. {@code presign}: {@link PresignBench}. {@code download}: 1 GB through storage-service beside the same from the object store itself; fails under
 * {@link #DOWNLOAD_BAR} of it. {@code tus}: an upload of 5 GB whose connection is cut 20 times while storage-service is
 * killed twice; fails unless every byte is there and nothing is left behind. Needs twice the file's length on disk.
 */
final class StorageBench implements Benchmark {
    private static final long DOWNLOAD_BYTES = 1_000_000_000;
    private static final double DOWNLOAD_BAR = 0.8;
    private static final int DOWNLOADS = 5;
    private static final long TUS_BYTES = 5_000_000_000L;
    private static final int CUTS = 20;
    private static final int KILLS = 2;
    private static final String SERVICE = "storage-service";

    @Override
    public String name() {
        return "storage";
    }

    @Override
    public List<String> parts() {
        return List.of("presign", "download", "tus");
    }

    /** It kills a service. */
    @Override
    public boolean disruptive() {
        return true;
    }

    @Override
    public boolean run(BenchStack stack, Options options, PrintStream out) throws Exception {
        boolean held = true;
        if (wanted(options, "presign")) {
            held &= PresignBench.run(stack, options, out);
        }
        if (wanted(options, "download")) {
            held &= download(stack, options, out);
        }
        if (wanted(options, "tus")) {
            held &= tus(stack, options, out);
        }
        return held;
    }

    private static boolean wanted(Options options, String part) {
        return options.parts().isEmpty() || options.parts().contains(part);
    }

    private static Map<String, String> headers(BenchStack stack) {
        var headers = new TreeMap<>(BenchStack.bypass());
        headers.put("Authorization", "Bearer " + stack.ownerKey());
        return headers;
    }

    /** An app that takes files of such a size. */
    private static BenchApp app(BenchStack stack, long bytes) throws IOException, InterruptedException {
        BenchApp app = BenchApp.create(stack);
        long megabytes = (bytes >> 20) + 1;
        app.send(
                "PATCH",
                app.path("config/storage"),
                stack.ownerKey(),
                "{\"maxFileSizeMb\":" + megabytes + ",\"storageLimitBytes\":" + 2 * (megabytes << 20) + "}");
        return app;
    }

    private boolean download(BenchStack stack, Options options, PrintStream out) throws Exception {
        var file = new MadeUpFile((long) (DOWNLOAD_BYTES * options.scale()), 1);
        BenchApp app = app(stack, file.size());
        URI edge = URI.create(stack.edgeUrl());
        String id = new TroubledUpload(edge, headers(stack), app.id(), file)
                .run(0, 0, () -> {})
                .objectId();
        URI direct = URI.create(app.send("GET", "/storage/" + app.id() + "/download/" + id, stack.ownerKey(), "")
                .path("downloadUrl")
                .asText());
        String content = "/storage/" + app.id() + "/objects/" + id + "/content";
        URI service = URI.create(stack.endpoints().get(SERVICE).get("url") + content);
        OsProcess process = stack.endpoints().get(SERVICE).process();
        long before = 0;
        double store = 0;
        double through = 0;
        double throughEdge = 0;
        for (int i = 0; i < DOWNLOADS; i++) {
            store = Math.max(store, Reading.fast(direct, Map.of()).megabytesPerSecond());
            through = Math.max(through, Reading.fast(service, headers(stack)).megabytesPerSecond());
            throughEdge = Math.max(
                    throughEdge,
                    Reading.fast(edge.resolve(content), headers(stack)).megabytesPerSecond());
            before = before == 0 ? ProcessUsage.resident(process.pid()) : before;
        }
        boolean same =
                file.sha256().equals(Reading.digested(service, headers(stack)).sha256());
        boolean held = same && through >= DOWNLOAD_BAR * store;
        out.printf(
                Locale.ROOT,
                "download %,d bytes, best of %d: store %.0f MB/s  storage-service %.0f MB/s (%.2f)  edge %.0f MB/s (%.2f)"
                        + "  %s%n",
                file.size(),
                DOWNLOADS,
                store,
                through,
                through / store,
                throughEdge,
                throughEdge / store,
                held ? "held" : same ? "NOT HELD: " + DOWNLOAD_BAR : "NOT HELD: other bytes");
        out.printf(
                "         resident memory of storage-service after the first round %d MB, after the last %d MB%n",
                before, ProcessUsage.resident(process.pid()));
        return held;
    }

    private boolean tus(BenchStack stack, Options options, PrintStream out) throws Exception {
        var file = new MadeUpFile((long) (TUS_BYTES * options.scale()), 2);
        BenchApp app = app(stack, file.size());
        URI edge = URI.create(stack.edgeUrl());
        TroubledUpload.Outcome outcome = new TroubledUpload(edge, headers(stack), app.id(), file)
                .run(CUTS, KILLS, () -> stack.endpoints().get(SERVICE).process().kill());
        URI content = edge.resolve("/storage/" + app.id() + "/objects/" + outcome.objectId() + "/content");
        boolean same =
                file.sha256().equals(Reading.digested(content, headers(stack)).sha256());
        List<String> files = StoredFiles.of(stack.data("s3"), app.id());
        boolean held = same && files.size() == 1;
        out.printf(
                Locale.ROOT,
                "tus      %,d bytes in %d s: %d connections cut, %d kills, %,d bytes sent, SHA-256 %s, %d files in the"
                        + " store  %s%n",
                file.size(),
                outcome.took().toSeconds(),
                outcome.cuts(),
                outcome.kills(),
                outcome.sent(),
                same ? "equal" : "DIFFERENT",
                files.size(),
                held ? "held" : "NOT HELD");
        if (files.size() != 1) {
            files.forEach(name -> out.println("         " + name));
        }
        app.send("DELETE", "/storage/" + app.id() + "/objects/" + outcome.objectId(), stack.ownerKey(), "");
        return held;
    }
}
