package dev.ghee.bench;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Entry point of {@code ./ghee bench [name] [seconds]}. Measures the stack that runs in {@code GHEE_HOME}; without one,
 * starts its own in {@code .ghee-bench} and stops it afterwards.
 */
public final class Bench {
    private static final int USAGE = 2;
    private static final Duration DEFAULT_LENGTH = Duration.ofSeconds(10);
    private static final List<Benchmark> ALL = List.of(new RestBench(), new RealtimeBench(), new AuthBench());

    private Bench() {}

    /** Exit code 2 on a wrong call; 1, with a stack trace, when a measurement fails. */
    public static void main(String[] args) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        List<Benchmark> chosen = args.length == 0
                ? ALL
                : ALL.stream().filter(b -> b.name().equals(args[0])).toList();
        if (chosen.isEmpty() || args.length > 2 || args.length == 2 && !args[1].matches("[1-9][0-9]{0,3}")) {
            System.err.println("usage: ./ghee bench [name] [seconds per measurement]; names: "
                    + ALL.stream().map(Benchmark::name).collect(Collectors.joining(", ")));
            System.exit(USAGE);
        }
        Duration length = args.length == 2 ? Duration.ofSeconds(Long.parseLong(args[1])) : DEFAULT_LENGTH;
        try (BenchStack stack = BenchStack.attachOrStart(Path.of(""), System.getenv(), out)) {
            for (Benchmark benchmark : chosen) {
                benchmark.run(stack, length, out);
            }
        }
        System.exit(0);
    }
}
