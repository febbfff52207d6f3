package dev.ghee.realtime.delivery;

import dev.ghee.contracts.AppState;
import dev.ghee.realtime.change.RowChange;
import dev.ghee.realtime.change.RowImage;
import dev.ghee.realtime.change.Table;
import dev.ghee.realtime.fanout.FanOut;
import dev.ghee.realtime.fanout.TableJudgement;
import dev.ghee.realtime.log.LoggedPart;
import dev.ghee.realtime.policy.Verdict;
import dev.ghee.realtime.policy.VisibilityJudge;
import dev.ghee.realtime.subscription.Groups;
import dev.ghee.realtime.subscription.Subscriptions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Judges parts of one app and hands them to the fan-out, in order. What the judge has to take in stands between the parts
 * before it and those after it. For one thread; blocking.
 */
final class Judging implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Judging.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LAST_PAUSE = Duration.ofSeconds(5);

    private final Supplier<AppState> app;
    private final Subscriptions subscriptions;
    private final LiveTables live;
    private final VisibilityJudge judge;
    private final FanOut fanOut;

    /** Something that asks the database. */
    private interface Question<T> {
        T ask() throws SQLException;
    }

    /** @param live tables that clients are served; others only feed the judge */
    Judging(
            Supplier<AppState> app,
            Subscriptions subscriptions,
            LiveTables live,
            VisibilityJudge judge,
            FanOut fanOut) {
        this.app = app;
        this.subscriptions = subscriptions;
        this.live = live;
        this.judge = judge;
        this.fanOut = fanOut;
    }

    /** Waits as long as the database cannot be asked, until interrupted. */
    void deliver(List<LoggedPart> parts) throws InterruptedException {
        List<LoggedPart> run = new ArrayList<>();
        for (LoggedPart next : parts) {
            if (judge.concerns(next.part())) {
                deliverRun(run);
                run.clear();
                patiently(() -> {
                    judge.observe(app.get(), next.part());
                    return true;
                });
            }
            run.add(next);
        }
        deliverRun(run);
    }

    /** Parts were left out. */
    void reset() {
        judge.reset();
    }

    @Override
    public void close() {
        judge.close();
    }

    private void deliverRun(List<LoggedPart> run) throws InterruptedException {
        Map<Table, List<RowImage>> images = new LinkedHashMap<>();
        for (LoggedPart logged : run) {
            for (RowChange change : logged.part().changes()) {
                if (change.table().isUserTable()) {
                    collect(change, images.computeIfAbsent(change.table(), _ -> new ArrayList<>()));
                }
            }
        }
        Map<Table, TableJudgement> judgements = new IdentityHashMap<>();
        for (var entry : images.entrySet()) {
            Table table = entry.getKey();
            Groups groups = subscriptions.of(table.name());
            if (!groups.isEmpty() && patiently(() -> live.test(table.name()))) {
                judgements.put(table, judge(table, entry.getValue(), groups));
            }
        }
        if (!judgements.isEmpty()) {
            fanOut.send(run, judgements);
        }
    }

    private TableJudgement judge(Table table, List<RowImage> images, Groups groups) throws InterruptedException {
        Verdict verdict = patiently(() -> judge.judge(app.get(), table, images, groups));
        Map<RowImage, Integer> indexes = new IdentityHashMap<>();
        for (int i = 0; i < images.size(); i++) {
            indexes.put(images.get(i), i);
        }
        return new TableJudgement(groups, verdict, indexes);
    }

    private <T> T patiently(Question<T> question) throws InterruptedException {
        Duration pause = FIRST_PAUSE;
        while (true) {
            try {
                return question.ask();
            } catch (SQLException e) {
                LOG.warnf(
                        "Judging waits for the database: app=%s sqlstate=%s",
                        app.get().appId(), e.getSQLState());
                Thread.sleep(pause);
                pause = pause.multipliedBy(2).compareTo(LAST_PAUSE) < 0 ? pause.multipliedBy(2) : LAST_PAUSE;
            }
        }
    }

    private static void collect(RowChange change, List<RowImage> images) {
        switch (change) {
            case RowChange.Insert insert -> images.add(insert.after());
            case RowChange.Update update -> {
                images.add(update.before());
                images.add(update.after());
            }
            case RowChange.Delete delete -> images.add(delete.before());
            case RowChange.Truncate _, RowChange.Incomplete _ -> {}
        }
    }
}
