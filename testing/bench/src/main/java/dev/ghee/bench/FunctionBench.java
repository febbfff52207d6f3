package dev.ghee.bench;

import dev.ghee.bench.HttpLoad.Latencies;
import dev.ghee.testkit.Repository;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

/**
 * Functions through the edge: warm calls beside workerd alone, cold starts, the memory of active apps, and a neighbour
 * beside a hostile app.
 */
final class FunctionBench implements Benchmark {
    private static final int CONNECTIONS = 64;
    private static final int NEIGHBOUR_CONNECTIONS = 4;
    private static final int DEPLOYED = 200;
    private static final int ACTIVE = 20;
    private static final long WARM_UP_REQUESTS = 30_000;
    private static final int MAX_WARM_UP_SECONDS = 30;
    private static final long PAGE_BYTES = 4096;
    private static final String HELLO = "export async function handler(req, ctx) { return new Response('hello'); }";
    private static final String LOOP = "export async function handler(req, ctx) { for (;;); }";
    private static final String BOMB = "export async function handler(req, ctx) {"
            + " const all = []; for (;;) all.push(new Uint8Array(1048576).fill(1)); }";

    @Override
    public String name() {
        return "functions";
    }

    @Override
    public List<String> parts() {
        return List.of("warm", "cold", "neighbours");
    }

    @Override
    public boolean run(BenchStack stack, Options options, PrintStream out) throws Exception {
        out.println("load       " + HttpLoad.NAME);
        if (wanted(options, "warm")) {
            warm(stack, options, out);
        }
        if (wanted(options, "cold")) {
            cold(stack, options, out);
        }
        if (wanted(options, "neighbours")) {
            neighbours(stack, options, out);
        }
        return true;
    }

    private static boolean wanted(Options options, String part) {
        return options.parts().isEmpty() || options.parts().contains(part);
    }

    private static BenchApp deployed(BenchStack stack, String name, String code) throws Exception {
        BenchApp app = BenchApp.create(stack);
        deploy(stack, app, name, code);
        return app;
    }

    private static void deploy(BenchStack stack, BenchApp app, String name, String code) throws Exception {
        app.post(
                app.path("functions"),
                stack.ownerKey(),
                Map.of(
                        "name",
                        name,
                        "code",
                        code,
                        "triggers",
                        List.of(Map.of("type", "http", "config", Map.of("auth", "none", "method", "GET")))));
    }

    private static HttpLoad calls(BenchStack stack, BenchApp app, String function) {
        return new HttpLoad(
                stack.edgeUrl(), List.of(HttpLoad.request("GET", app.path("fn/" + function), BenchStack.bypass(), "")));
    }

    private static void warm(BenchStack stack, Options options, PrintStream out) throws Exception {
        BenchApp app = deployed(stack, "hello", HELLO);
        HttpLoad ghee = calls(stack, app, "hello");
        long sent = 0;
        for (int second = 0; second < MAX_WARM_UP_SECONDS && sent < WARM_UP_REQUESTS; second++) {
            sent += ghee.run(CONNECTIONS, Duration.ofSeconds(1)).count();
        }
        try (BareWorkerd bare = BareWorkerd.start(Repository.root())) {
            var alone = new HttpLoad(bare.url(), List.of(HttpLoad.request("GET", "/", Map.of(), "")));
            alone.run(CONNECTIONS, Duration.ofSeconds(1));
            for (int connections : List.of(1, CONNECTIONS)) {
                Latencies reference = alone.run(connections, options.length());
                ProcessUsage usage = ProcessUsage.start(stack.endpoints());
                Latencies measured = ghee.run(connections, options.length());
                out.printf(
                        Locale.ROOT,
                        "warm       %2d connections  ghee %s  workerd %s  ratio %.2f  p50 more by %.2f ms%n",
                        connections,
                        measured,
                        reference,
                        measured.perSecond() / reference.perSecond(),
                        measured.percentile(50) - reference.percentile(50));
                out.println("           " + usage.report(measured.count()));
            }
        }
    }

    private static void cold(BenchStack stack, Options options, PrintStream out) throws Exception {
        int count = options.scaled(DEPLOYED);
        int active = Math.min(count, ACTIVE);
        List<BenchApp> apps = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            apps.add(deployed(stack, "hello", HELLO));
        }
        // Those that were called while the bench was set up may still be there.
        awaitIdle(stack);
        out.printf(
                "idle       %d apps with a function, workerd processes %d%n",
                count, workerd(stack).size());
        try (HttpClient http = HttpClient.newHttpClient()) {
            // Its connection and the path up to function-runtime are warm; the app is not.
            get(http, stack.edgeUrl() + "/v1/app_000000000000/fn/none");
            double[] first = new double[active];
            for (int i = 0; i < active; i++) {
                long start = System.nanoTime();
                int status = get(http, stack.edgeUrl() + apps.get(i).path("fn/hello"));
                first[i] = (System.nanoTime() - start) / 1e6;
                if (status != 200) {
                    throw new IOException("a cold call answered " + status);
                }
                // The next one must not wait for the pool that this one emptied.
                TimeUnit.MILLISECONDS.sleep(300);
            }
            Arrays.sort(first);
            out.printf(
                    Locale.ROOT,
                    "cold       %d apps, first call  p50 %.0f ms  p95 %.0f ms  max %.0f ms%n",
                    active,
                    first[active / 2],
                    first[(int) Math.ceil(active * 0.95) - 1],
                    first[active - 1]);
            for (int round = 0; round < 50; round++) {
                for (int i = 0; i < active; i++) {
                    get(http, stack.edgeUrl() + apps.get(i).path("fn/hello"));
                }
            }
        }
        List<Long> memory = workerd(stack).stream()
                .map(FunctionBench::privateMegabytes)
                .sorted()
                .toList();
        out.printf(
                "memory     %d processes for %d active apps of %d and the pool, private MB: median %d, most %d%n",
                memory.size(), active, count, memory.get(memory.size() / 2), memory.getLast());
    }

    private static void awaitIdle(BenchStack stack) throws InterruptedException {
        Instant deadline = Instant.now().plus(Duration.ofSeconds(90));
        while (workerd(stack).size() > 2 && Instant.now().isBefore(deadline)) {
            TimeUnit.SECONDS.sleep(1);
        }
    }

    /** Pids of the engine's processes. */
    private static List<Long> workerd(BenchStack stack) {
        long runtime = stack.endpoints().get("function-runtime").process().pid();
        return ProcessHandle.of(runtime).stream()
                .flatMap(ProcessHandle::descendants)
                .filter(process -> process.info().command().orElse("").endsWith("workerd"))
                .map(ProcessHandle::pid)
                .toList();
    }

    private static long privateMegabytes(long pid) {
        try {
            String[] pages =
                    Files.readString(Path.of("/proc/" + pid + "/statm")).split(" ");
            return (Long.parseLong(pages[1]) - Long.parseLong(pages[2])) * PAGE_BYTES / 1024 / 1024;
        } catch (IOException _) {
            return 0;
        }
    }

    private static int get(HttpClient http, String url) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(60));
        BenchStack.bypass().forEach(request::header);
        return http.send(request.build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private static void neighbours(BenchStack stack, Options options, PrintStream out) throws Exception {
        BenchApp quiet = deployed(stack, "hello", HELLO);
        BenchApp hostile = deployed(stack, "loop", LOOP);
        deploy(stack, hostile, "bomb", BOMB);
        HttpLoad load = calls(stack, quiet, "hello");
        load.run(CONNECTIONS, Duration.ofSeconds(3));
        Latencies before = load.run(NEIGHBOUR_CONNECTIONS, options.length());
        var running = new AtomicBoolean(true);
        var answered = new LongAdder();
        List<Thread> attackers = new ArrayList<>();
        try (HttpClient http = HttpClient.newHttpClient()) {
            for (String function : List.of("loop", "bomb", "loop", "bomb")) {
                attackers.add(Thread.startVirtualThread(
                        () -> attack(http, stack.edgeUrl() + hostile.path("fn/" + function), running, answered)));
            }
            Latencies beside = load.run(NEIGHBOUR_CONNECTIONS, options.length());
            running.set(false);
            out.printf(
                    Locale.ROOT,
                    "neighbour  %d connections  quiet %s p95 %.2f ms  beside a hostile app %s p95 %.2f ms  ratio %.2f%n",
                    NEIGHBOUR_CONNECTIONS,
                    before,
                    before.percentile(95),
                    beside,
                    beside.percentile(95),
                    beside.percentile(95) / before.percentile(95));
            for (Thread attacker : attackers) {
                attacker.join(Duration.ofSeconds(30));
            }
            out.println("           hostile calls ended: " + answered.sum());
        }
    }

    private static void attack(HttpClient http, String url, AtomicBoolean running, LongAdder answered) {
        while (running.get()) {
            try {
                get(http, url);
                answered.increment();
                TimeUnit.MILLISECONDS.sleep(100);
            } catch (IOException _) {
                // Counts only what was answered.
            } catch (InterruptedException _) {
                return;
            }
        }
    }
}
