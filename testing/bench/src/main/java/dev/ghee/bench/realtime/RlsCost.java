package dev.ghee.bench.realtime;

/**
 * What compiled policies cost: the same rows, the same sockets that get them, with and without row-level security.
 * Once where everybody may read, and once where one user owns all rows and others listen in vain; without row-level
 * security there are no such others, since they would get everything.
 */
final class RlsCost implements Scenario {
    private static final int READERS = 100;
    private static final int LISTENERS = 1000;
    private static final int READ_BY_ALL_ROWS = 5000;
    private static final int OWNED_ROWS = 50_000;
    private static final int BURSTS = 3;

    @Override
    public String name() {
        return "rls-cost";
    }

    @Override
    public void run(Run run) throws Exception {
        compare(
                run,
                "Compiled RLS against none, " + READERS + " readers",
                new Stage.Plan("archived = false", "archived = false", READERS, 1, READERS),
                new Stage.Plan("no RLS", "", READERS, 1, READERS),
                run.options().scaled(READ_BY_ALL_ROWS));
        int listeners = run.options().scaled(LISTENERS);
        compare(
                run,
                "Compiled RLS against none, one reader of " + listeners,
                new Stage.Plan("owner", OwnerRate.OWNER, listeners, 1, 1),
                new Stage.Plan("no RLS", "", 1, 1, 1),
                run.options().scaled(OWNED_ROWS));
    }

    private static void compare(Run run, String what, Stage.Plan with, Stage.Plan without, int rows) throws Exception {
        try (Stage on = Stage.set(run, with);
                Stage off = Stage.set(run, without)) {
            on.burst(rows);
            off.burst(rows);
            for (int i = 0; i < BURSTS; i++) {
                on.measure(rows);
                off.measure(rows);
            }
            run.add(Result.atLeast(0.8, what, on.rate(), off.rate(), "deliveries/s"));
        }
    }
}
