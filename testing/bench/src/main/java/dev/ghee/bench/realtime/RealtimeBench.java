package dev.ghee.bench.realtime;

import dev.ghee.bench.BenchStack;
import dev.ghee.bench.Benchmark;
import java.io.PrintStream;
import java.util.List;

/**
 * Live changes: what must hold, each beside its reference in the same run, and what users under three policies see at
 * rising rates. Fails when a bar is missed, and whenever a change is lost, comes twice or in disorder.
 */
public final class RealtimeBench implements Benchmark {
    private static final List<Scenario> ALL = List.of(
            new Decode(),
            new OwnerScale(),
            new OwnerRate(),
            new RlsCost(),
            new FanOut(),
            new IdleSockets(),
            new IdleApps(),
            new Neighbours(),
            new PolicyLadder());

    @Override
    public String name() {
        return "realtime";
    }

    @Override
    public List<String> parts() {
        return ALL.stream().map(Scenario::name).toList();
    }

    @Override
    public boolean run(BenchStack stack, Options options, PrintStream out) throws Exception {
        var run = new Run(stack, options, out);
        for (Scenario scenario : ALL) {
            if (options.parts().isEmpty() || options.parts().contains(scenario.name())) {
                out.println("scenario   " + scenario.name());
                scenario.run(run);
                run.say("%s", run.usage().memory());
            }
        }
        out.println();
        out.print(Result.table(run.results()));
        return run.held();
    }
}
