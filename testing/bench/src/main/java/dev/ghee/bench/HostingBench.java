package dev.ghee.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ghee.bench.HttpLoad.Latencies;
import dev.ghee.testkit.Repository;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Sites: pages through the edge beside nginx serving the same files, and many deployments of an app that share most of
 * their files.
 */
final class HostingBench implements Benchmark {
    private static final int CONNECTIONS = 64;
    private static final int WARM_UP_SECONDS = 8;
    private static final double NGINX_BAR = 0.5;
    private static final int DEPLOYMENTS = 1000;
    private static final int SHARED_FILES = 190;
    private static final int OWN_FILES = 10;
    private static final int LISTINGS = 50;
    private static final double MILLIS_BAR = 200;

    @Override
    public String name() {
        return "hosting";
    }

    @Override
    public List<String> parts() {
        return List.of("serve", "deployments");
    }

    @Override
    public boolean run(BenchStack stack, Options options, PrintStream out) throws Exception {
        boolean held = true;
        if (options.parts().isEmpty() || options.parts().contains("serve")) {
            held &= serve(stack, options, out);
        }
        if (options.parts().isEmpty() || options.parts().contains("deployments")) {
            held &= deployments(stack, options, out);
        }
        return held;
    }

    private static byte[] text(Random random, int bytes) {
        var text = new StringBuilder("<!doctype html>\n");
        while (text.length() < bytes) {
            text.append("<p>").append(Long.toHexString(random.nextLong())).append("</p>\n");
        }
        return text.substring(0, bytes).getBytes(StandardCharsets.UTF_8);
    }

    private static boolean serve(BenchStack stack, Options options, PrintStream out) throws Exception {
        out.println("load       " + HttpLoad.NAME);
        var random = new Random(1);
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("index.html", text(random, 4 * 1024));
        for (int i = 0; i < 10; i++) {
            files.put("assets/part" + i + ".js", text(random, 2048 << i % 5));
        }
        BenchApp app = BenchApp.create(stack);
        var site = new BenchSite(stack, app);
        URI live = URI.create(site.deploy(BenchSite.zip(files)).path("url").asText());
        Path work = Files.createTempDirectory("ghee-bench-nginx");
        try (BareNginx nginx = BareNginx.start(Repository.root(), work, laidOut(work, files))) {
            boolean held = compare(stack, nginx, live, List.of("/"), options.length(), out);
            List<String> all = files.keySet().stream().map(path -> "/" + path).toList();
            compare(stack, nginx, live, all, options.length(), out);
            return held;
        }
    }

    private static Path laidOut(Path work, Map<String, byte[]> files) throws IOException {
        Path root = work.resolve("site");
        for (var file : files.entrySet()) {
            Path path = root.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.write(path, file.getValue());
        }
        return root;
    }

    private static boolean compare(
            BenchStack stack, BareNginx nginx, URI live, List<String> paths, Duration length, PrintStream out)
            throws IOException {
        List<byte[]> requests = paths.stream()
                .map(path -> BenchSite.request(live.getAuthority(), path))
                .toList();
        String service = stack.endpoints().get("storage-service").get("url");
        var edge = new HttpLoad(stack.edgeUrl(), requests);
        var direct = new HttpLoad(service, requests);
        var reference = new HttpLoad(nginx.url(), requests);
        edge.run(CONNECTIONS, Duration.ofSeconds(WARM_UP_SECONDS));
        direct.run(CONNECTIONS, Duration.ofSeconds(WARM_UP_SECONDS / 2));
        Latencies nginxRun = reference.run(CONNECTIONS, length);
        ProcessUsage usage = ProcessUsage.start(stack.endpoints());
        Latencies edgeRun = edge.run(CONNECTIONS, length);
        String cores = usage.report(edgeRun.count());
        Latencies directRun = direct.run(CONNECTIONS, length);
        Latencies nginxAgain = reference.run(CONNECTIONS, length);
        double nginxPerSecond = Math.max(nginxRun.perSecond(), nginxAgain.perSecond());
        boolean held = edgeRun.perSecond() >= NGINX_BAR * nginxPerSecond;
        String what = paths.size() == 1 ? "page" : "mix of " + paths.size();
        out.printf(Locale.ROOT, "%-9s  edge     %s  ratio %.2f%n", what, edgeRun, edgeRun.perSecond() / nginxPerSecond);
        out.printf(
                Locale.ROOT,
                "%-9s  service  %s  ratio %.2f%n",
                what,
                directRun,
                directRun.perSecond() / nginxPerSecond);
        out.printf(
                Locale.ROOT,
                "%-9s  nginx    %s  %s%n",
                what,
                nginxRun.perSecond() >= nginxAgain.perSecond() ? nginxRun : nginxAgain,
                held ? "held" : "NOT HELD: edge >= " + NGINX_BAR + " of nginx");
        out.println("           " + cores);
        return held;
    }

    private static boolean deployments(BenchStack stack, Options options, PrintStream out) throws Exception {
        int count = options.scaled(DEPLOYMENTS);
        var random = new Random(2);
        Map<String, byte[]> shared = new LinkedHashMap<>();
        for (int i = 0; i < SHARED_FILES; i++) {
            shared.put("assets/shared" + i + ".js", text(random, 2048));
        }
        BenchApp app = BenchApp.create(stack);
        var site = new BenchSite(stack, app);
        long begin = System.nanoTime();
        for (int i = 0; i < count; i++) {
            Map<String, byte[]> files = new LinkedHashMap<>(shared);
            files.put("index.html", ("deployment " + i).getBytes(StandardCharsets.UTF_8));
            for (int own = 1; own < OWN_FILES; own++) {
                files.put("own" + own + ".js", text(random, 1024));
            }
            site.deploy(BenchSite.zip(files));
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        out.printf(
                Locale.ROOT,
                "deployed   %d deployments of %d files in %.0f s, %.0f ms each%n",
                count,
                SHARED_FILES + OWN_FILES,
                seconds,
                seconds * 1000 / count);
        long contents = app.count("SELECT count(*) FROM ghee.site_contents");
        long wanted = SHARED_FILES + (long) OWN_FILES * count;
        out.printf("contents   %d stored, %d different ones were sent%n", contents, wanted);
        double listing = slowest(LISTINGS, _ -> site.list());
        List<String> ids = new ArrayList<>();
        for (JsonNode deployment : site.list()) {
            ids.add(deployment.path("id").asText());
        }
        double switching = slowest(Math.min(20, ids.size()), i -> {
            site.rollBack(ids.get(ids.size() - 1 - i));
            String expected = "deployment " + (count - ids.size() + i);
            if (!site.page("/").equals(expected)) {
                throw new IOException("the old site is still there: " + site.page("/"));
            }
        });
        boolean held = contents == wanted && listing <= MILLIS_BAR && switching <= MILLIS_BAR;
        out.printf(
                Locale.ROOT,
                "slowest    listing %.0f ms, switch until it is served %.0f ms  %s%n",
                listing,
                switching,
                held ? "held" : "NOT HELD: each content once, " + MILLIS_BAR + " ms");
        return held;
    }

    private interface Deed {
        void run(int number) throws Exception;
    }

    /** In milliseconds; the first one is not counted, which loads classes. */
    private static double slowest(int times, Deed deed) throws Exception {
        double slowest = 0;
        for (int i = 0; i < times; i++) {
            long begin = System.nanoTime();
            deed.run(i);
            if (i > 0) {
                slowest = Math.max(slowest, (System.nanoTime() - begin) / (double) TimeUnit.MILLISECONDS.toNanos(1));
            }
        }
        return slowest;
    }
}
