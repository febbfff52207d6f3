package dev.ghee.realtime.delivery;

import dev.ghee.contracts.AppState;
import dev.ghee.realtime.change.RowImage;
import dev.ghee.realtime.change.Table;
import dev.ghee.realtime.database.AppConnections;
import dev.ghee.realtime.fanout.FanOut;
import dev.ghee.realtime.fanout.FanOut.Resync;
import dev.ghee.realtime.fanout.SnapshotFrames;
import dev.ghee.realtime.subscription.CursorCodec;
import dev.ghee.realtime.subscription.Subscription;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Gives a subscription the rows that it sees now, then what is committed after. The two are joined by transaction: a
 * change that was held back goes out if the snapshot did not see its transaction. Positions alone would not do, because
 * commits become visible in another order than they are logged.
 */
@ApplicationScoped
class Snapshots {
    private static final Logger LOG = Logger.getLogger(Snapshots.class);
    private static final int CHUNK_ROWS = 500;
    private static final Duration PAUSE = Duration.ofMillis(5);
    private static final int ATTEMPTS = 200;

    private final AppConnections connections;
    private final CursorCodec cursors;
    private final DeliveryConfig config;
    private final JoinTurns turns;

    Snapshots(AppConnections connections, CursorCodec cursors, DeliveryConfig config, JoinTurns turns) {
        this.connections = connections;
        this.cursors = cursors;
        this.config = config;
        this.turns = turns;
    }

    void request(AppDelivery delivery, Subscription subscription, JoinGate gate) {
        Thread.ofVirtual()
                .name("snapshot-" + delivery.app().get().appId())
                .start(() -> turns.take(() -> run(delivery, subscription, gate)));
    }

    private void run(AppDelivery delivery, Subscription subscription, JoinGate gate) throws InterruptedException {
        // Read after the subscription is held: what is not claimed yet reaches it through its gate.
        Claim claim = delivery.claim();
        AppState app = delivery.app().get();
        try (TableSnapshot snapshot = seeing(delivery, subscription)) {
            Resync failure = send(app, claim, subscription, snapshot, gate);
            if (failure == null) {
                TransactionSnapshot seen = snapshot.transactions();
                gate.open(
                        subscription.subscriber(),
                        (position, xid) -> position.commitLsn().compareTo(snapshot.lsn()) > 0 || !seen.sees(xid));
            } else {
                giveUp(subscription, gate, failure);
            }
        } catch (SQLException e) {
            LOG.warnf("Snapshot failed: app=%s sqlstate=%s", app.appId(), e.getSQLState());
            giveUp(subscription, gate, Resync.TOO_FAR_BEHIND);
        } finally {
            if (!gate.isOpen()) {
                giveUp(subscription, gate, Resync.TOO_FAR_BEHIND);
            }
        }
    }

    /** A snapshot that has everything that was delivered before the subscription was there. */
    private TableSnapshot seeing(AppDelivery delivery, Subscription subscription)
            throws SQLException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            TableSnapshot snapshot =
                    TableSnapshot.open(connections, delivery.app().get(), subscription.viewer(), subscription.table());
            if (attempt == ATTEMPTS || delivery.recent().allVisible(snapshot.transactions())) {
                return snapshot;
            }
            snapshot.close();
            Thread.sleep(PAUSE);
        }
    }

    private @org.jspecify.annotations.Nullable Resync send(
            AppState app, Claim claim, Subscription subscription, TableSnapshot snapshot, JoinGate gate)
            throws SQLException, InterruptedException {
        String cursor = cursors.writer(app.appId()).write(claim.cursor());
        Optional<Table> table = snapshot.table();
        var frames = new SnapshotFrames(
                subscription, table, snapshot.columns(), claim.lsn().toString(), cursor);
        int rows = 0;
        List<RowImage> next = snapshot.next(CHUNK_ROWS);
        while (!next.isEmpty()) {
            rows += next.size();
            if (rows > config.snapshotRows()) {
                return Resync.SNAPSHOT_TOO_LARGE;
            }
            if (gate.overflowed() || !awaitReader(subscription)) {
                return Resync.TOO_FAR_BEHIND;
            }
            List<RowImage> following = snapshot.next(CHUNK_ROWS);
            Sending.send(subscription.subscriber(), List.of(frames.of(next, following.isEmpty())));
            next = following;
        }
        if (rows == 0) {
            Sending.send(subscription.subscriber(), List.of(frames.of(List.of(), true)));
        }
        return gate.overflowed() ? Resync.TOO_FAR_BEHIND : null;
    }

    private boolean awaitReader(Subscription subscription) throws InterruptedException {
        long until = System.nanoTime() + config.joinLimit().toNanos();
        while (subscription.subscriber().queuedBytes() > config.joinBytes() / 4) {
            if (System.nanoTime() > until) {
                return false;
            }
            Thread.sleep(PAUSE);
        }
        return true;
    }

    private static void giveUp(Subscription subscription, JoinGate gate, Resync reason) {
        Sending.send(subscription.subscriber(), List.of(FanOut.resyncFrame(subscription.table(), reason)));
        gate.open(subscription.subscriber(), (_, _) -> true);
    }
}
