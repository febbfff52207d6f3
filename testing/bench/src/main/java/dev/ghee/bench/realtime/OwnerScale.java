package dev.ghee.bench.realtime;

/**
 * Whether a change costs more when more users listen, under the owner policy. First the same rows, of the same hundred
 * users, with and without thousands of others who listen in vain: what differs is only how readers are found. Then rows
 * of all users: there, each change goes to another socket and is a write to the network of its own, while a hundred
 * users get several at once.
 */
final class OwnerScale implements Scenario {
    private static final int FEW = 100;
    private static final int MANY = 10_000;
    private static final int ROWS = 50_000;
    private static final int BURSTS = 3;
    private static final double BAR = 0.8;

    @Override
    public String name() {
        return "owner-scale";
    }

    @Override
    public void run(Run run) throws Exception {
        int many = Math.max(FEW, run.options().scaled(MANY));
        compare(run, many, FEW, "rows of the same 100");
        compare(run, many, many, "rows of all");
    }

    private static void compare(Run run, int many, int owners, String what) throws Exception {
        int rows = Math.max(owners, run.options().scaled(ROWS));
        var small = new Stage.Plan(FEW + " users", OwnerRate.OWNER, FEW, FEW, 1);
        var large = new Stage.Plan(many + " users, " + what, OwnerRate.OWNER, many, owners, 1);
        try (Stage few = Stage.set(run, small);
                Stage all = Stage.set(run, large)) {
            few.burst(rows);
            all.burst(rows);
            for (int i = 0; i < BURSTS; i++) {
                few.measure(rows);
                all.measure(rows);
            }
            run.add(Result.atLeast(
                    BAR,
                    "Owner policy, " + many + " users against " + FEW + ", " + what,
                    all.rate(),
                    few.rate(),
                    "changes/s"));
        }
    }
}
