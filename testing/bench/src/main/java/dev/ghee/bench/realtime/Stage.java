package dev.ghee.bench.realtime;

import dev.ghee.bench.ProcessUsage;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** An app, its rows, and users who listen; each user has a socket. */
final class Stage implements AutoCloseable {
    private final Run run;
    private final String what;
    private final RealtimeApp app;
    private final Feed feed;
    private final Crowd crowd;
    private final int readersOfRow;
    private final List<Double> rates = new ArrayList<>();

    private Stage(Run run, String what, RealtimeApp app, Feed feed, Crowd crowd, int readersOfRow) {
        this.run = run;
        this.what = what;
        this.app = app;
        this.feed = feed;
        this.crowd = crowd;
        this.readersOfRow = readersOfRow;
    }

    /**
     * What a stage is made of.
     *
     * @param condition of the policy; empty for no row-level security
     * @param users who listen, named {@code u0} and so on
     * @param owners of rows, the first of the users
     * @param readersOfRow how many users see a row
     */
    record Plan(String what, String condition, int users, int owners, int readersOfRow) {}

    static Stage set(Run run, Plan plan) throws Exception {
        RealtimeApp app = RealtimeApp.create(run.stack());
        try {
            Feed feed = Feed.into(app, plan.condition(), plan.owners());
            var crowd = new Crowd(run.gateway(), Crowd.Check.CONSECUTIVE);
            crowd.seat(seats(app, plan.users()));
            return new Stage(run, plan.what(), app, feed, crowd, plan.readersOfRow());
        } catch (Exception e) {
            app.close();
            throw e;
        }
    }

    /** Users {@code u0} and so on, each subscribing to the table. */
    static List<Crowd.Seat> seats(RealtimeApp app, int users) {
        return IntStream.range(0, users)
                .parallel()
                .mapToObj(i -> app.seat("u" + i, "t"))
                .toList();
    }

    Crowd crowd() {
        return crowd;
    }

    Feed feed() {
        return feed;
    }

    /** One burst of so many rows; deliveries a second from its beginning to the last arrival. */
    double burst(int rows) throws Exception {
        long expected = (long) rows * readersOfRow;
        crowd.reset();
        ProcessUsage usage = run.usage();
        long begin = System.nanoTime();
        feed.burst(rows);
        double written = rows / ((System.nanoTime() - begin) / 1e9);
        crowd.await(expected, Run.QUIET_SECONDS);
        Reception reception = crowd.reception();
        run.check(what, reception, expected);
        double rate = reception.received() / Math.max(1e-9, (reception.lastNanos() - begin) / 1e9);
        run.say("%s: %,.0f deliveries/s (written %,.0f rows/s)", what, rate, written);
        run.say("  %s", usage.report(reception.received()));
        return rate;
    }

    /** The same, kept for {@link #rate}. */
    void measure(int rows) throws Exception {
        rates.add(burst(rows));
    }

    /** Median of the measured bursts, in deliveries a second. */
    double rate() {
        return Run.median(rates.stream().mapToDouble(Double::doubleValue).toArray());
    }

    @Override
    public void close() throws Exception {
        crowd.close();
        app.close();
    }
}
