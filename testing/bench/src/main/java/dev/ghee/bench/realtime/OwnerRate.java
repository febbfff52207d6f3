package dev.ghee.bench.realtime;

import dev.ghee.bench.ProcessUsage;
import java.util.Locale;

/**
 * A thousand users under the owner policy: the time from before the INSERT to the socket at a steady rate, and how much
 * more than the set-based path a compiled policy brings through. The latter is forced by a condition that is always
 * true, but beyond what is compiled. It is compared twice: at the highest steady rate that keeps the time, which is what
 * users notice; and in bursts, where the set-based path may judge hundreds of rows at once, as it never does in time.
 */
final class OwnerRate implements Scenario {
    static final String OWNER = "owner_id = current_user_id()";
    private static final String NOT_COMPILED = OWNER + " AND length(owner_id) > 0";
    private static final int USERS = 1000;
    private static final int WANTED_RATE = 2000;
    /** Writers that keep a pace fall a little short of it. */
    private static final int OFFERED_RATE = WANTED_RATE + WANTED_RATE / 20;

    private static final int[] COMPILED_RATES = {WANTED_RATE, 3000, 4000, 6000, 8000};
    private static final int[] SET_BASED_RATES = {25, 50, 100, 200, 400, 800};
    private static final double P95_MILLIS = 50;
    private static final double KEEPS_UP = 0.98;
    private static final int COMPILED_ROWS = 50_000;
    private static final int SET_BASED_ROWS = 4000;
    private static final int BURSTS = 3;

    @Override
    public String name() {
        return "owner-rate";
    }

    /** @param written rows a second that were written */
    private record Steady(int rate, double written, Latencies latencies) {
        boolean inTime() {
            return written >= KEEPS_UP * rate && latencies.percentile(95) <= P95_MILLIS;
        }
    }

    /** @param rate the highest in time; @param burst deliveries a second */
    private record Path(double rate, double burst) {}

    @Override
    public void run(Run run) throws Exception {
        int users = run.options().scaled(USERS);
        Path compiled;
        try (Stage stage = Stage.set(run, new Stage.Plan("compiled", OWNER, users, users, 1))) {
            stage.burst(run.options().scaled(COMPILED_ROWS));
            Steady wanted = steady(run, stage, OFFERED_RATE);
            run.add(new Result(
                    "Owner policy, " + users + " users, steady",
                    String.format(
                            Locale.ROOT,
                            "%,.0f changes/s, p95 %.1f ms",
                            wanted.written(),
                            wanted.latencies().percentile(95)),
                    "",
                    "",
                    String.format(Locale.ROOT, ">= %,d changes/s, p95 <= %.0f ms", WANTED_RATE, P95_MILLIS),
                    wanted.inTime()));
            compiled = path(run, stage, COMPILED_RATES, run.options().scaled(COMPILED_ROWS));
        }
        try (Stage stage = Stage.set(run, new Stage.Plan("set-based", NOT_COMPILED, users, users, 1))) {
            stage.burst(users);
            Path setBased = path(
                    run, stage, SET_BASED_RATES, Math.max(users, run.options().scaled(SET_BASED_ROWS)));
            String what = "Owner policy, " + users + " users, against set-based, ";
            run.add(Result.atLeast(
                    10,
                    what + "p95 <= 50 ms",
                    compiled.rate(),
                    // The slowest that was tried stands for what is slower still.
                    Math.max(SET_BASED_RATES[0], setBased.rate()),
                    "changes/s"));
            run.add(Result.shown(what + "in bursts", compiled.burst(), setBased.burst(), "changes/s"));
        }
    }

    private static Path path(Run run, Stage stage, int[] rates, int burst) throws Exception {
        double best = 0;
        for (int rate : rates) {
            Steady steady = steady(run, stage, rate);
            if (!steady.inTime()) {
                break;
            }
            best = steady.written();
        }
        for (int i = 0; i < BURSTS; i++) {
            stage.measure(burst);
        }
        return new Path(best, stage.rate());
    }

    private static Steady steady(Run run, Stage stage, int rate) throws Exception {
        // Once to get used to it.
        paced(run, stage, rate, 1);
        long seconds = run.options().length().toSeconds();
        ProcessUsage usage = run.usage();
        Steady steady = paced(run, stage, rate, seconds);
        run.say("%,.0f changes/s for %d s: %s", steady.written(), seconds, steady.latencies());
        run.say("  %s", usage.report(seconds * rate));
        return steady;
    }

    private static Steady paced(Run run, Stage stage, int rate, long seconds) throws Exception {
        stage.crowd().reset();
        long rows = seconds * rate;
        double written = stage.feed().paced(rows, rate);
        stage.crowd().await(rows, Run.QUIET_SECONDS);
        Reception reception = stage.crowd().reception();
        run.check("steady rate", reception, rows);
        return new Steady(rate, written, reception.latencies());
    }
}
