package dev.ghee.bench;

import dev.ghee.bench.realtime.FaultBench;
import dev.ghee.bench.realtime.RealtimeBench;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Entry point of {@code ./ghee bench [name] [part...] [seconds]}. Measures the stack that runs in {@code GHEE_HOME};
 * without one, starts its own in {@code .ghee-bench} and stops it afterwards. {@code GHEE_BENCH_SCALE} makes sizes
 * smaller, to try a bench out: 0.05 for a twentieth.
 */
public final class Bench {
    private static final int USAGE = 2;
    private static final Duration DEFAULT_LENGTH = Duration.ofSeconds(10);
    private static final List<Benchmark> ALL = List.of(
            new RestBench(),
            new KvBench(),
            new RealtimeBench(),
            new AuthBench(),
            new FunctionBench(),
            new StorageBench(),
            new HostingBench(),
            new FaultBench());

    private Bench() {}

    /**
     * Exit code 2 on a wrong call; 1 when a measurement fails, with a stack trace, or when something that must hold did
     * not.
     */
    public static void main(String[] args) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        List<Benchmark> chosen = args.length == 0
                ? ALL.stream().filter(b -> !b.disruptive()).toList()
                : ALL.stream().filter(b -> b.name().equals(args[0])).toList();
        Benchmark.Options options = options(args, System.getenv());
        if (chosen.isEmpty()
                || !options.parts().stream().allMatch(chosen.getFirst().parts()::contains)) {
            System.err.println("usage: ./ghee bench [name] [part...] [seconds per measurement]; names: "
                    + ALL.stream().map(Bench::described).collect(Collectors.joining(", ")));
            System.exit(USAGE);
        }
        boolean held = true;
        try (BenchStack stack = BenchStack.attachOrStart(
                Path.of(""), System.getenv(), chosen.getFirst().replicas(), out)) {
            for (Benchmark benchmark : chosen) {
                held &= benchmark.run(stack, options, out);
            }
        } catch (Exception e) {
            // Said here, because threads that still wait for answers would keep the process alive.
            e.printStackTrace(out);
            held = false;
        }
        System.exit(held ? 0 : 1);
    }

    private static Benchmark.Options options(String[] args, Map<String, String> environment) {
        Duration length = DEFAULT_LENGTH;
        List<String> parts = new ArrayList<>();
        for (int i = 1; i < args.length; i++) {
            if (args[i].matches("[1-9][0-9]{0,3}")) {
                length = Duration.ofSeconds(Long.parseLong(args[i]));
            } else {
                parts.add(args[i]);
            }
        }
        double scale = Double.parseDouble(environment.getOrDefault("GHEE_BENCH_SCALE", "1"));
        return new Benchmark.Options(length, parts, scale);
    }

    private static String described(Benchmark benchmark) {
        return benchmark.parts().isEmpty()
                ? benchmark.name()
                : benchmark.name() + " (" + String.join(", ", benchmark.parts()) + ")";
    }
}
