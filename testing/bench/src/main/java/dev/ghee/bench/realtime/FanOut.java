package dev.ghee.bench.realtime;

import dev.ghee.bench.ProcessUsage;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * One change to thousands of sockets that may all see it, beside a bare Vert.x server that sends the same text to as
 * many. From the first socket that has it to the last; the two take turns.
 */
final class FanOut implements Scenario {
    private static final int SOCKETS = 5000;
    private static final int WARM_UP = 20;
    private static final int ROUNDS = 40;
    private static final int BARE_HEAP_MEGABYTES = 448;

    @Override
    public String name() {
        return "fanout";
    }

    @Override
    public void run(Run run) throws Exception {
        int sockets = run.options().scaled(SOCKETS);
        var plan = new Stage.Plan("everybody reads", "archived = false", sockets, 1, sockets);
        try (Stage stage = Stage.set(run, plan);
                ChildJvm bare = ChildJvm.start(BareBroadcast.class, BARE_HEAP_MEGABYTES);
                var bareCrowd = new Crowd(
                        new InetSocketAddress("127.0.0.1", Integer.parseInt(bare.hear())), Crowd.Check.NONE)) {
            bareCrowd.seat(Collections.nCopies(sockets, new Crowd.Seat("/", "")));
            stage.burst(1);
            String text = stage.crowd().reception().sample();
            for (int i = 0; i < WARM_UP; i++) {
                ours(run, stage);
                reference(run, bare, bareCrowd, text);
            }
            List<Reception> ours = new ArrayList<>();
            List<Reception> references = new ArrayList<>();
            ProcessUsage usage = run.usage();
            for (int i = 0; i < ROUNDS; i++) {
                ours.add(ours(run, stage));
                references.add(reference(run, bare, bareCrowd, text));
            }
            run.say("%s", usage.report((long) ROUNDS * sockets));
            var latencies = new Latencies();
            ours.forEach(round -> latencies.add(round.latencies()));
            run.say("INSERT to socket: %s", latencies);
            run.say(
                    "memory in MB: gateway %d, bare %d",
                    ProcessUsage.resident(
                            run.endpoints().get(Run.GATEWAY).process().pid()),
                    ProcessUsage.resident(bare.pid()));
            run.add(Result.atLeast(
                    0.6,
                    "Fan-out of one change to " + sockets + " sockets",
                    rate(ours, sockets),
                    rate(references, sockets),
                    "frames/s"));
        }
    }

    private static Reception ours(Run run, Stage stage) throws Exception {
        Crowd crowd = stage.crowd();
        crowd.reset();
        stage.feed().paced(1, 1);
        crowd.await(crowd.size(), Run.QUIET_SECONDS);
        Reception reception = crowd.reception();
        run.check("fan-out", reception, crowd.size());
        return reception;
    }

    private static Reception reference(Run run, ChildJvm bare, Crowd crowd, String text) throws Exception {
        crowd.reset();
        bare.say(text);
        crowd.await(crowd.size(), Run.QUIET_SECONDS);
        Reception reception = crowd.reception();
        run.check("bare broadcast", reception, crowd.size());
        return reception;
    }

    private static double rate(List<Reception> rounds, int sockets) {
        return sockets
                / Run.median(
                        rounds.stream().mapToDouble(Reception::spreadSeconds).toArray());
    }
}
