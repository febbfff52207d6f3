package dev.ghee.bench.realtime;

import dev.ghee.bench.ProcessUsage;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What the clients of a quiet app notice of others: of an app that writes as fast as it can, and of ten thousand clients
 * of a third app that all come back at the same moment and ask for what they missed.
 */
final class Neighbours implements Scenario {
    private static final int USERS = 100;
    private static final int RATE = 100;
    private static final int NOISY_USERS = 10;
    private static final int NOISY_BURST = 5000;
    private static final int COMING_BACK = 10_000;
    private static final int COMING_BACK_QUIET_SECONDS = 60;
    private static final double P95_MILLIS = 50;

    @Override
    public String name() {
        return "neighbours";
    }

    @Override
    public void run(Run run) throws Exception {
        try (Stage quiet = Stage.set(run, new Stage.Plan("quiet app", OwnerRate.OWNER, USERS, USERS, 1));
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            quiet.burst(USERS * 10);
            long seconds = run.options().length().toSeconds();
            paced(run, quiet, seconds);
            Latencies alone = paced(run, quiet, seconds);
            run.say("alone: %s", alone);
            besideANoisyApp(run, quiet, threads, alone);
            besideThoseWhoComeBack(run, quiet, threads, alone);
        }
    }

    private static void besideANoisyApp(Run run, Stage quiet, ExecutorService threads, Latencies alone)
            throws Exception {
        try (Stage noisy = Stage.set(run, new Stage.Plan("noisy app", OwnerRate.OWNER, NOISY_USERS, NOISY_USERS, 1))) {
            var going = new AtomicBoolean(true);
            Future<Double> bursts = threads.submit(() -> {
                double rate = 0;
                while (going.get()) {
                    rate = noisy.burst(NOISY_BURST);
                }
                return rate;
            });
            Latencies beside;
            try {
                beside = paced(run, quiet, run.options().length().toSeconds());
            } finally {
                going.set(false);
            }
            run.say("beside %,.0f deliveries/s of another app: %s", bursts.get(), beside);
            run.add(result("beside an app that writes without pause", beside, alone));
        }
    }

    private static void besideThoseWhoComeBack(Run run, Stage quiet, ExecutorService threads, Latencies alone)
            throws Exception {
        int clients = run.options().scaled(COMING_BACK);
        try (RealtimeApp app = RealtimeApp.create(run.stack())) {
            Feed feed = Feed.into(app, OwnerRate.OWNER, clients);
            String cursor = firstCursor(run, app, feed);
            // One row for each of the others, while they are away.
            feed.burst(clients - 1L);
            try (Crowd crowd = new Crowd(run.gateway(), Crowd.Check.CONSECUTIVE)) {
                var back = Stage.seats(app, clients).stream()
                        .skip(1)
                        .map(seat -> seat.since(cursor))
                        .toList();
                ProcessUsage usage = run.usage();
                var going = new AtomicBoolean(true);
                Future<Latencies> beside = threads.submit(whileGoing(run, quiet, going));
                long begin = System.nanoTime();
                try {
                    crowd.seatAtOnce(back);
                    crowd.await(back.size(), COMING_BACK_QUIET_SECONDS);
                } finally {
                    going.set(false);
                }
                double took = (System.nanoTime() - begin) / 1e9;
                run.check("coming back", crowd.reception(), back.size());
                run.say("%,d clients had what they missed within %.1f s", back.size(), took);
                run.say("  %s", usage.report(back.size()));
                run.say("beside them: %s", beside.get());
                run.add(result("while " + clients + " clients come back at once", beside.get(), alone));
            }
        }
    }

    private static String firstCursor(Run run, RealtimeApp app, Feed feed) throws Exception {
        try (Crowd witness = new Crowd(run.gateway(), Crowd.Check.CONSECUTIVE)) {
            witness.seat(Stage.seats(app, 1));
            feed.burst(1);
            witness.await(1, Run.QUIET_SECONDS);
            String frame = witness.reception().sample();
            int from = frame.indexOf("\"cursor\":\"") + "\"cursor\":\"".length();
            return frame.substring(from, frame.indexOf('"', from));
        }
    }

    /** A second at a time, until told to stop; all its latencies together. */
    private static Callable<Latencies> whileGoing(Run run, Stage quiet, AtomicBoolean going) {
        return () -> {
            var all = new Latencies();
            do {
                all.add(paced(run, quiet, 1));
            } while (going.get());
            return all;
        };
    }

    private static Latencies paced(Run run, Stage quiet, long seconds) throws Exception {
        long rows = seconds * RATE;
        quiet.crowd().reset();
        quiet.feed().paced(rows, RATE);
        quiet.crowd().await(rows, Run.QUIET_SECONDS);
        Reception reception = quiet.crowd().reception();
        run.check("quiet app", reception, rows);
        return reception.latencies();
    }

    private static Result result(String what, Latencies beside, Latencies alone) {
        double ours = beside.percentile(95);
        double reference = alone.percentile(95);
        return new Result(
                "A quiet app's p95 " + what,
                Result.figure(ours, "ms"),
                Result.figure(reference, "ms alone"),
                String.format(Locale.ROOT, "%.2f", ours / reference),
                String.format(Locale.ROOT, "<= %.0f ms", P95_MILLIS),
                ours <= P95_MILLIS);
    }
}
