package dev.ghee.realtime.stream;

import dev.ghee.contracts.AppState;
import dev.ghee.realtime.change.RowChange;
import dev.ghee.realtime.change.RowImage;
import dev.ghee.realtime.change.Table;
import dev.ghee.realtime.change.TransactionPart;
import dev.ghee.realtime.fanout.FanOut;
import dev.ghee.realtime.fanout.TableJudgement;
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

/** Judges batches of changes of one app and hands them to the fan-out. For one thread; blocking. */
final class Delivery {
    private static final Logger LOG = Logger.getLogger(Delivery.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LAST_PAUSE = Duration.ofSeconds(5);

    private final Supplier<AppState> app;
    private final Subscriptions subscriptions;
    private final VisibilityJudge judge;
    private final FanOut fanOut;

    Delivery(Supplier<AppState> app, Subscriptions subscriptions, VisibilityJudge judge, FanOut fanOut) {
        this.app = app;
        this.subscriptions = subscriptions;
        this.judge = judge;
        this.fanOut = fanOut;
    }

    /** Who is to be told of what. Waits as long as the database cannot be asked, until interrupted. */
    Map<Table, TableJudgement> judge(List<TransactionPart> parts) throws InterruptedException {
        Map<Table, List<RowImage>> images = new LinkedHashMap<>();
        for (TransactionPart part : parts) {
            for (RowChange change : part.changes()) {
                if (change.table().isUserTable()) {
                    collect(change, images.computeIfAbsent(change.table(), _ -> new ArrayList<>()));
                }
            }
        }
        Map<Table, TableJudgement> judgements = new IdentityHashMap<>();
        for (var entry : images.entrySet()) {
            Groups groups = subscriptions.of(entry.getKey().name());
            if (!groups.isEmpty()) {
                judgements.put(entry.getKey(), judge(entry.getKey(), entry.getValue(), groups));
            }
        }
        return judgements;
    }

    void send(List<TransactionPart> parts, Map<Table, TableJudgement> judgements) {
        fanOut.send(parts, judgements);
    }

    void resync(FanOut.Resync reason) {
        for (String table : subscriptions.tables()) {
            fanOut.resync(subscriptions.of(table).all(), reason);
        }
    }

    private TableJudgement judge(Table table, List<RowImage> images, Groups groups) throws InterruptedException {
        Duration pause = FIRST_PAUSE;
        while (true) {
            try {
                Verdict verdict = judge.judge(app.get(), table, images, groups);
                Map<RowImage, Integer> indexes = new IdentityHashMap<>();
                for (int i = 0; i < images.size(); i++) {
                    indexes.put(images.get(i), i);
                }
                return new TableJudgement(groups, verdict, indexes);
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
