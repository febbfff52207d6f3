package dev.ghee.bench.realtime;

import dev.ghee.bench.ProcessUsage;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/** What apps cost that are live, have a subscriber each, and in which nothing happens. */
final class IdleApps implements Scenario {
    private static final int APPS = 100;
    private static final long IDLE_SECONDS = 30;
    private static final long SETTLE_SECONDS = 10;
    private static final double BAR_CORES = 0.05;

    @Override
    public String name() {
        return "idle-apps";
    }

    @Override
    public void run(Run run) throws Exception {
        int count = run.options().scaled(APPS);
        List<RealtimeApp> apps = new ArrayList<>();
        try (var crowd = new Crowd(run.gateway(), Crowd.Check.CONSECUTIVE)) {
            List<Crowd.Seat> seats = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                RealtimeApp app = RealtimeApp.create(run.stack());
                apps.add(app);
                Feed.into(app, OwnerRate.OWNER, 1);
                seats.add(app.seat("u0", "t"));
            }
            crowd.seat(seats);
            run.say("%d apps, each with a live table and a subscriber", count);
            LockSupport.parkNanos((long) (SETTLE_SECONDS * 1e9));
            ProcessUsage usage = run.usage();
            LockSupport.parkNanos((long) (IDLE_SECONDS * 1e9));
            double cores = usage.cores(Run.GATEWAY);
            run.say("%s", usage.report());
            run.say("%s", usage.memory());
            run.add(new Result(
                    count + " idle apps, CPU of the gateway",
                    String.format(Locale.ROOT, "%.1f %% of a core", cores * 100),
                    "",
                    "",
                    "< 5 %",
                    cores < BAR_CORES));
        } finally {
            for (RealtimeApp app : apps) {
                drop(run, app);
            }
        }
    }

    private static void drop(Run run, RealtimeApp app) {
        try {
            app.close();
        } catch (SQLException e) {
            run.say("%s was not dropped: %s", app.id(), e.toString());
        }
    }
}
