package dev.ghee.bench.realtime;

import dev.ghee.bench.BenchStack;
import dev.ghee.bench.Benchmark;
import dev.ghee.bench.faults.KillRounds;
import dev.ghee.bench.faults.Round;
import dev.ghee.local.ReplicaCounts;
import java.io.PrintStream;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * {@code kill -9} of gateways, Kafka and Postgres in turn, while rows are written and clients follow them: no row may
 * be lost, come twice or out of order. {@code GHEE_BENCH_ROUNDS} (20), {@code GHEE_BENCH_RATE} (500 rows a second) and
 * {@code GHEE_BENCH_CLIENTS} (10) say how much.
 */
public final class FaultBench implements Benchmark {
    private static final int ROUNDS = 20;
    private static final int RATE = 500;
    private static final int CLIENTS = 10;

    @Override
    public String name() {
        return "realtime-faults";
    }

    @Override
    public boolean disruptive() {
        return true;
    }

    @Override
    public ReplicaCounts replicas() {
        return new ReplicaCounts(Map.of("realtime-gateway", 2));
    }

    @Override
    public boolean run(BenchStack stack, Options options, PrintStream out) throws Exception {
        int rounds = number("GHEE_BENCH_ROUNDS", ROUNDS);
        int rate = number("GHEE_BENCH_RATE", RATE);
        int clients = number("GHEE_BENCH_CLIENTS", CLIENTS);
        out.printf("faults     %d rounds, %d changes/s, %d resuming clients%n", rounds, rate, clients);
        try (RealtimeApp app = RealtimeApp.create(stack)) {
            app.execute(
                    KillRounds.table(),
                    "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
                    "CREATE POLICY p ON t FOR SELECT TO butterbase_user USING (true)");
            app.live("t");
            String edge = stack.edgeUrl().replaceFirst("^http", "ws");
            List<URI> sockets = IntStream.range(0, clients)
                    .mapToObj(i -> URI.create(edge + app.seat("u" + i, "t").path()))
                    .toList();
            try (var kills = new KillRounds(stack::endpoints, app::owner, sockets, rate)) {
                out.println(Round.header());
                boolean held = true;
                for (int i = 0; i < rounds; i++) {
                    Round round = kills.round(i, options.length());
                    out.println(round.line());
                    held &= round.held();
                }
                out.println(held ? "held       nothing lost, nothing twice, all in order" : "BROKEN     see above");
                return held;
            }
        }
    }

    private static int number(String variable, int otherwise) {
        String text = System.getenv().getOrDefault(variable, "");
        return text.isEmpty() ? otherwise : Integer.parseInt(text);
    }
}
