package dev.ghee.bench.realtime;

/** Whether a change costs more when more users listen: the owner policy, each row to one of all. */
final class OwnerScale implements Scenario {
    private static final int FEW = 100;
    private static final int MANY = 10_000;
    private static final int ROWS = 50_000;
    private static final int BURSTS = 3;

    @Override
    public String name() {
        return "owner-scale";
    }

    @Override
    public void run(Run run) throws Exception {
        int many = Math.max(FEW, run.options().scaled(MANY));
        int rows = Math.max(many, run.options().scaled(ROWS));
        var plan = new Stage.Plan("100 users", OwnerRate.OWNER, FEW, FEW, 1);
        var large = new Stage.Plan(many + " users", OwnerRate.OWNER, many, many, 1);
        try (Stage few = Stage.set(run, plan);
                Stage all = Stage.set(run, large)) {
            few.burst(rows);
            all.burst(rows);
            for (int i = 0; i < BURSTS; i++) {
                few.measure(rows);
                all.measure(rows);
            }
            run.add(Result.atLeast(
                    0.8, "Owner policy, " + many + " users against " + FEW, all.rate(), few.rate(), "changes/s"));
        }
    }
}
