package dev.ghee.bench.realtime;

import dev.ghee.bench.ProcessUsage;
import java.util.Locale;

/**
 * A thousand users under the owner policy: the time from before the INSERT to the socket at a steady rate, and how much
 * more than the set-based path a compiled policy brings through. The latter is forced by a condition that is always
 * true, but beyond what is compiled.
 */
final class OwnerRate implements Scenario {
    static final String OWNER = "owner_id = current_user_id()";
    private static final String NOT_COMPILED = OWNER + " AND length(owner_id) > 0";
    private static final int USERS = 1000;
    private static final int RATE = 2000;
    private static final double P95_MILLIS = 50;
    private static final int COMPILED_ROWS = 50_000;
    private static final int SET_BASED_ROWS = 4000;

    @Override
    public String name() {
        return "owner-rate";
    }

    @Override
    public void run(Run run) throws Exception {
        int users = run.options().scaled(USERS);
        double compiled;
        try (Stage stage = Stage.set(run, new Stage.Plan("compiled", OWNER, users, users, 1))) {
            stage.burst(run.options().scaled(COMPILED_ROWS));
            steady(run, stage);
            for (int i = 0; i < 3; i++) {
                stage.measure(run.options().scaled(COMPILED_ROWS));
            }
            compiled = stage.rate();
        }
        try (Stage stage = Stage.set(run, new Stage.Plan("set-based", NOT_COMPILED, users, users, 1))) {
            stage.burst(users);
            stage.measure(Math.max(users, run.options().scaled(SET_BASED_ROWS)));
            run.add(Result.atLeast(
                    10, "Owner policy, " + users + " users, against set-based", compiled, stage.rate(), "changes/s"));
        }
    }

    private static void steady(Run run, Stage stage) throws Exception {
        long seconds = run.options().length().toSeconds();
        int owners = stage.feed().owners();
        // Once to get used to it.
        int warmUp = Math.max(1, RATE / owners);
        stage.crowd().reset();
        stage.feed().paced(warmUp, RATE);
        stage.crowd().await((long) warmUp * owners, Run.QUIET_SECONDS);
        stage.crowd().reset();
        int rounds = (int) Math.max(1, seconds * RATE / owners);
        long expected = (long) rounds * owners;
        ProcessUsage usage = run.usage();
        double written = stage.feed().paced(rounds, RATE);
        stage.crowd().await(expected, Run.QUIET_SECONDS);
        Reception reception = stage.crowd().reception();
        run.check("steady rate", reception, expected);
        run.say("%,.0f changes/s for %d s: %s", written, seconds, reception.latencies());
        run.say("  %s", usage.report(expected));
        double p95 = reception.latencies().percentile(95);
        run.add(new Result(
                "Owner policy, " + owners + " users, steady",
                String.format(Locale.ROOT, "%,.0f changes/s, p95 %.1f ms", written, p95),
                "",
                "",
                String.format(Locale.ROOT, ">= %,d changes/s, p95 <= %.0f ms", RATE, P95_MILLIS),
                // The clock is read once more after the last row.
                written >= 0.99 * RATE && p95 <= P95_MILLIS));
    }
}
