package dev.ghee.bench;

import dev.ghee.bench.HttpLoad.Latencies;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * The key-value store through the edge, get and set, beside Valkey's own protocol with the same number of connections and
 * no pipelining. Fails under {@link #BAR} requests per second.
 */
final class KvBench implements Benchmark {
    private static final int CONNECTIONS = 64;
    private static final int KEYS = 1000;
    private static final long WARM_UP_REQUESTS = 40_000;
    private static final int MAX_WARM_UP_SECONDS = 60;
    private static final double BAR = 5000;
    private static final String VALUE = "{\"name\":\"Ann\",\"cart\":[1,2,3],\"text\":\"" + "text ".repeat(12) + "\"}";

    @Override
    public String name() {
        return "kv";
    }

    private record Load(String name, List<byte[]> http, List<byte[]> raw) {}

    @Override
    public boolean run(BenchStack stack, Options options, PrintStream out) throws Exception {
        BenchApp app = BenchApp.create(stack);
        out.println("load       " + HttpLoad.NAME);
        if (BenchStack.bypass().isEmpty()) {
            out.println("RATE_LIMIT_BYPASS_TOKEN is not set: the limit of operations per second applies");
        }
        String valkey = stack.endpoints().get("valkey").get("url");
        boolean held = true;
        List<Load> loads = List.of(
                new Load("set", http(app, stack, "PUT", "{\"value\":" + VALUE + "}"), commands("SET", VALUE)),
                new Load("get", http(app, stack, "GET", ""), commands("GET", "")));
        for (Load load : loads) {
            warmUp(stack, load);
            held &= measure(stack, URI.create(valkey), load, options.length(), out);
        }
        out.println(ProcessUsage.start(stack.endpoints()).memory());
        return held;
    }

    private static List<byte[]> http(BenchApp app, BenchStack stack, String method, String body) {
        var headers = new TreeMap<>(BenchStack.bypass());
        headers.put("Authorization", "Bearer " + stack.ownerKey());
        return IntStream.range(0, KEYS)
                .mapToObj(i -> HttpLoad.request(method, app.path("kv/bench:" + i), headers, body))
                .toList();
    }

    private static List<byte[]> commands(String command, String value) {
        return IntStream.range(0, KEYS)
                .mapToObj(i -> value.isEmpty()
                        ? RespLoad.command(command, "bench:" + i)
                        : RespLoad.command(command, "bench:" + i, value))
                .toList();
    }

    private static void warmUp(BenchStack stack, Load load) throws IOException {
        var http = new HttpLoad(stack.edgeUrl(), load.http());
        long sent = 0;
        for (int second = 0; second < MAX_WARM_UP_SECONDS && sent < WARM_UP_REQUESTS; second++) {
            sent += http.run(CONNECTIONS, Duration.ofSeconds(1)).count();
        }
    }

    private static boolean measure(BenchStack stack, URI valkey, Load load, Duration length, PrintStream out)
            throws IOException {
        double raw = RespLoad.perSecond(valkey, load.raw(), CONNECTIONS, length);
        ProcessUsage usage = ProcessUsage.start(stack.endpoints());
        Latencies measured = new HttpLoad(stack.edgeUrl(), load.http()).run(CONNECTIONS, length);
        boolean held = measured.perSecond() >= BAR;
        out.printf(
                Locale.ROOT,
                "%-4s %2d connections  ghee %s  valkey %6.0f/s  ratio %.2f  %s%n",
                load.name(),
                CONNECTIONS,
                measured,
                raw,
                measured.perSecond() / raw,
                held ? "held" : "NOT HELD: " + (int) BAR + "/s");
        out.println("     " + usage.report(measured.count()));
        return held;
    }
}
