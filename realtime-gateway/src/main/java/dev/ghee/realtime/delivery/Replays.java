package dev.ghee.realtime.delivery;

import dev.ghee.pgoutput.Lsn;
import dev.ghee.realtime.change.Position;
import dev.ghee.realtime.fanout.FanOut;
import dev.ghee.realtime.fanout.FanOut.Resync;
import dev.ghee.realtime.log.LogConsumers;
import dev.ghee.realtime.log.LogRecord;
import dev.ghee.realtime.log.LogScan;
import dev.ghee.realtime.slot.ReplicationSlots;
import dev.ghee.realtime.subscription.Cursor;
import dev.ghee.realtime.subscription.Subscription;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/**
 * Gives subscriptions what they missed since their cursors. Those of one app that wait together read the log together,
 * so ten thousand clients that come back at once cost one reading.
 */
@ApplicationScoped
class Replays {
    private static final Logger LOG = Logger.getLogger(Replays.class);

    /** Longest wait for others who want the past of the same app. */
    private static final Duration GATHERING = Duration.ofSeconds(1);

    private static final Duration GATHERING_STEP = Duration.ofMillis(50);

    private final DeliveryConfig config;
    private final LogConsumers consumers;
    private final Deliveries deliveries;
    private final JoinTurns turns;
    private final ReplicationSlots slots;
    private final Map<AppDelivery, List<Join>> waiting = new IdentityHashMap<>();

    /** A subscription that is held by its gate until it has been told the past. */
    record Join(Subscription subscription, JoinGate gate, Cursor since) {
        Position after() {
            return new Position(since.epoch(), since.commitLsn(), since.sequence());
        }

        void resync(Resync reason) {
            Sending.send(subscription.subscriber(), List.of(FanOut.resyncFrame(subscription.table(), reason)));
        }
    }

    Replays(
            DeliveryConfig config,
            LogConsumers consumers,
            Deliveries deliveries,
            JoinTurns turns,
            ReplicationSlots slots) {
        this.config = config;
        this.consumers = consumers;
        this.deliveries = deliveries;
        this.turns = turns;
        this.slots = slots;
    }

    void request(AppDelivery delivery, Join join) {
        synchronized (waiting) {
            List<Join> others = waiting.get(delivery);
            if (others != null) {
                others.add(join);
                return;
            }
            List<Join> first = new ArrayList<>();
            first.add(join);
            waiting.put(delivery, first);
        }
        Thread.ofVirtual().name("replay-" + delivery.app().get().appId()).start(() -> {
            if (gather(delivery)) {
                turns.take(() -> run(delivery));
            }
        });
    }

    private List<Join> claim(AppDelivery delivery) {
        synchronized (waiting) {
            List<Join> all = waiting.remove(delivery);
            return all == null ? List.of() : all;
        }
    }

    /** While more keep coming they are waited for, since each reading of the log costs the same for one as for all. */
    private boolean gather(AppDelivery delivery) {
        long until = System.nanoTime() + GATHERING.toNanos();
        int seen = 1;
        while (System.nanoTime() < until) {
            int now = waiting(delivery);
            if (now <= seen) {
                return true;
            }
            seen = now;
            try {
                Thread.sleep(GATHERING_STEP);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }

    private int waiting(AppDelivery delivery) {
        synchronized (waiting) {
            return waiting.getOrDefault(delivery, List.of()).size();
        }
    }

    private void run(AppDelivery delivery) throws InterruptedException {
        List<Join> joins = claim(delivery);
        // Read after the joins are held: what is not claimed yet reaches them through their gates.
        Claim claim = delivery.claim();
        try {
            List<Join> valid = valid(delivery, joins);
            if (!valid.isEmpty()) {
                replay(delivery, valid, claim);
            }
        } catch (OffsetOutOfRangeException e) {
            giveUp(joins, Resync.CURSOR_EXPIRED);
        } catch (KafkaException e) {
            LOG.warnf("Replay failed: app=%s cause=%s", delivery.app().get().appId(), e.getMessage());
            giveUp(joins, Resync.TOO_FAR_BEHIND);
        } catch (SQLException e) {
            LOG.warnf("Replay failed: app=%s sqlstate=%s", delivery.app().get().appId(), e.getSQLState());
            giveUp(joins, Resync.TOO_FAR_BEHIND);
        } finally {
            // Whoever was not let through by now, because something went wrong, is told so.
            joins.stream().filter(join -> !join.gate().isOpen()).forEach(join -> open(join, Resync.TOO_FAR_BEHIND));
        }
    }

    private List<Join> valid(AppDelivery delivery, List<Join> joins) throws SQLException {
        Lsn now = slots.now(delivery.app().get());
        LogScan.Range range = LogScan.range(consumers, delivery.app().get().appId());
        List<Join> valid = new ArrayList<>();
        for (Join join : joins) {
            if (join.since().epoch() != delivery.epoch()) {
                open(join, Resync.SLOT_LOST);
            } else if (join.since().offset() < range.first()) {
                open(join, Resync.CURSOR_EXPIRED);
            } else if (join.since().offset() > range.end()
                    || join.since().commitLsn().compareTo(now) > 0) {
                // The log or the database is an older one than the cursor was made for.
                open(join, Resync.CURSOR_INVALID);
            } else {
                valid.add(join);
            }
        }
        return valid;
    }

    private void replay(AppDelivery delivery, List<Join> joins, Claim claim) throws InterruptedException {
        long from =
                joins.stream().mapToLong(join -> join.since().offset()).min().orElseThrow();
        Position first =
                joins.stream().map(Join::after).min(Position::compareTo).orElseThrow();
        try (LogScan scan = LogScan.from(consumers, delivery.app().get().appId(), from)
                        .orElseThrow(() -> new KafkaException("The log ends before the cursor"));
                Past past = deliveries.past(delivery, joins, first)) {
            long until = System.nanoTime() + config.joinLimit().toNanos();
            while (scan.offset() <= claim.offset()) {
                List<LogRecord> records = scan.next();
                past.deliver(records);
                if (!records.isEmpty()) {
                    until = System.nanoTime() + config.joinLimit().toNanos();
                } else if (System.nanoTime() > until) {
                    throw new KafkaException("The log does not go as far as was delivered");
                }
            }
            for (Join join : joins) {
                if (join.gate().overflowed()) {
                    open(join, Resync.TOO_FAR_BEHIND);
                } else {
                    Position told = past.position().isAfter(join.after()) ? past.position() : join.after();
                    join.gate().open(join.subscription().subscriber(), (position, _) -> position.isAfter(told));
                }
            }
        }
    }

    private static void giveUp(List<Join> joins, Resync reason) {
        joins.stream().filter(join -> !join.gate().isOpen()).forEach(join -> open(join, reason));
    }

    /** The client reads the table again; it is served from here. */
    private static void open(Join join, Resync reason) {
        join.resync(reason);
        join.gate().open(join.subscription().subscriber(), (_, _) -> true);
    }
}
