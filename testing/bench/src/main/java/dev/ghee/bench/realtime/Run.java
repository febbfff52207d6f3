package dev.ghee.bench.realtime;

import dev.ghee.bench.BenchStack;
import dev.ghee.bench.Benchmark.Options;
import dev.ghee.bench.ProcessUsage;
import dev.ghee.testkit.Endpoints;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What the scenarios of one run share: the stack, how to measure, and what came of it. */
final class Run {
    static final String GATEWAY = "realtime-gateway";
    /** Deliveries count as lost when none came for so long. */
    static final int QUIET_SECONDS = 10;

    private final BenchStack stack;
    private final Options options;
    private final PrintStream out;
    private final List<Result> results = new ArrayList<>();
    private boolean complete = true;

    Run(BenchStack stack, Options options, PrintStream out) {
        this.stack = stack;
        this.options = options;
        this.out = out;
    }

    BenchStack stack() {
        return stack;
    }

    Options options() {
        return options;
    }

    /**
     * The gateway itself. The ratios are its own: the local edge stands for whatever proxy a deployment has, and would
     * take its share of the two cores.
     */
    InetSocketAddress gateway() {
        return address(stack.endpoints().get(GATEWAY).get("url"));
    }

    static InetSocketAddress address(String url) {
        URI uri = URI.create(url);
        return new InetSocketAddress(uri.getHost(), uri.getPort());
    }

    ProcessUsage usage() {
        return ProcessUsage.start(stack.endpoints());
    }

    Endpoints endpoints() {
        return stack.endpoints();
    }

    void say(String format, Object... arguments) {
        out.println("           " + String.format(Locale.ROOT, format, arguments));
    }

    void add(Result result) {
        results.add(result);
        out.printf(
                Locale.ROOT,
                "%-10s %s: %s, reference %s, ratio %s, wanted %s%n",
                result.held() ? "pass" : "FAIL",
                result.what(),
                result.ours(),
                result.reference(),
                result.ratio(),
                result.bar());
    }

    /** A change that did not come, came twice or in disorder fails the run, whatever the figures are. */
    void check(String what, Reception reception, long expected) {
        if (!reception.isExactly(expected)) {
            complete = false;
            out.println("INCOMPLETE " + what + ": " + reception.faults(expected));
        }
    }

    void incomplete(String what) {
        complete = false;
        out.println("INCOMPLETE " + what);
    }

    List<Result> results() {
        return results;
    }

    boolean held() {
        return complete && results.stream().allMatch(Result::held);
    }

    static double median(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted.length % 2 == 1
                ? sorted[sorted.length / 2]
                : (sorted[sorted.length / 2 - 1] + sorted[sorted.length / 2]) / 2;
    }
}
