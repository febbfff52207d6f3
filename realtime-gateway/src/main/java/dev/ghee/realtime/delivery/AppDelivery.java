package dev.ghee.realtime.delivery;

import dev.ghee.contracts.AppState;
import dev.ghee.pgoutput.Lsn;
import dev.ghee.realtime.capture.Outlet;
import dev.ghee.realtime.change.Position;
import dev.ghee.realtime.change.TransactionPart;
import dev.ghee.realtime.delivery.Inbox.Entry;
import dev.ghee.realtime.fanout.FanOut;
import dev.ghee.realtime.fanout.FanOut.Resync;
import dev.ghee.realtime.log.LogConsumers;
import dev.ghee.realtime.log.LogReader;
import dev.ghee.realtime.log.LogRecord;
import dev.ghee.realtime.log.LogScan;
import dev.ghee.realtime.log.LoggedPart;
import dev.ghee.realtime.log.PartReader;
import dev.ghee.realtime.subscription.Subscriptions;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Brings one app's changes from the log to this process' sockets, in order and once. One virtual thread.
 *
 * <p>A part that this process has logged itself comes in directly as well, and goes out at once if nothing lies between
 * it and what went out before; its copy on the log is then passed over.
 */
public final class AppDelivery implements LogReader.Follower, Outlet {
    private static final Logger LOG = Logger.getLogger(AppDelivery.class);
    private static final Duration RETRY = Duration.ofMillis(500);

    private final Supplier<AppState> app;
    private final DeliveryConfig config;
    private final LogConsumers consumers;
    private final PartReader reader;
    private final Subscriptions subscriptions;
    private final Judging judging;
    private final FanOut fanOut;
    private final Inbox inbox;
    private final RecentTransactions recent = new RecentTransactions();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    private volatile Claim claim = new Claim(Position.START, -1);
    private volatile long epoch;
    private volatile boolean stopping;
    private volatile @Nullable Thread thread;

    /** The last change that was dealt with. Of the delivering thread. */
    private Position position = Position.START;

    AppDelivery(
            Supplier<AppState> app,
            DeliveryConfig config,
            LogConsumers consumers,
            PartReader reader,
            Subscriptions subscriptions,
            Judging judging,
            FanOut fanOut,
            Inbox inbox) {
        this.app = app;
        this.config = config;
        this.consumers = consumers;
        this.reader = reader;
        this.subscriptions = subscriptions;
        this.judging = judging;
        this.fanOut = fanOut;
        this.inbox = inbox;
    }

    /** @param begin what was committed before the log was followed and the slot was there */
    public void start(Claim begin) {
        claim = begin;
        epoch = begin.position().epoch();
        thread = Thread.ofVirtual().name("deliver-" + app.get().appId()).start(() -> {
            try {
                run();
            } catch (InterruptedException e) {
                LOG.debugf("Delivery ends: app=%s", app.get().appId());
            } finally {
                inbox.discard();
                judging.close();
                ended.complete(null);
            }
        });
    }

    /** Completes when nothing more is sent. */
    public CompletableFuture<Void> stop() {
        stopping = true;
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        } else {
            judging.close();
            ended.complete(null);
        }
        return ended;
    }

    /** Read this only after a subscription is in place: it then gets everything after the claim. */
    public Claim claim() {
        return claim;
    }

    /** Of the slot whose changes are delivered. */
    long epoch() {
        return epoch;
    }

    Subscriptions subscriptions() {
        return subscriptions;
    }

    Supplier<AppState> app() {
        return app;
    }

    RecentTransactions recent() {
        return recent;
    }

    @Override
    public void accept(LogRecord record) {
        inbox.fromLog(record);
    }

    @Override
    public void offer(LoggedPart part, Position after) {
        inbox.direct(part, after);
    }

    @Override
    public void gap() {
        inbox.gap();
    }

    private void run() throws InterruptedException {
        boolean resyncDue = false;
        while (!stopping) {
            try {
                if (resyncDue) {
                    resync(Resync.INCOMPLETE);
                    resyncDue = false;
                }
                switch (inbox.take(config.batchRows(), config.batchBytes())) {
                    case Inbox.Work.Deliver(List<Entry> entries) -> deliver(entries);
                    case Inbox.Work.CatchUp(long offset) -> catchUp(offset);
                }
            } catch (RuntimeException | Error e) {
                LOG.errorf(
                        e,
                        "Changes could not be delivered, subscribers read again: app=%s",
                        app.get().appId());
                // Not from here: what failed, as memory that is short, may fail that as well, and end this thread.
                resyncDue = true;
                Thread.sleep(RETRY);
            }
        }
    }

    private void deliver(List<Entry> entries) throws InterruptedException {
        List<LoggedPart> fresh = new ArrayList<>();
        for (Entry entry : entries) {
            switch (entry) {
                case Entry.FromLog(LogRecord record) -> read(record, fresh);
                // The inbox has left nothing out before it.
                case Entry.Direct(LoggedPart part, var _) -> {
                    if (part.part().past(Position.START).isAfter(position)) {
                        add(part, fresh);
                    }
                }
                case Entry.Gap _ -> {
                    flush(fresh);
                    resync(Resync.LOG_LOST);
                }
            }
        }
        flush(fresh);
    }

    private void catchUp(long offset) throws InterruptedException {
        LOG.infof(
                "Delivery is behind and reads the log again: app=%s", app.get().appId());
        long from = offset;
        while (!stopping) {
            try {
                Optional<LogScan> opened = LogScan.from(consumers, app.get().appId(), from);
                if (opened.isEmpty()) {
                    inbox.gap();
                    return;
                }
                try (LogScan scan = opened.get()) {
                    while (!inbox.caughtUp(scan.offset())) {
                        List<LoggedPart> fresh = new ArrayList<>();
                        for (LogRecord record : scan.next()) {
                            read(record, fresh);
                        }
                        flush(fresh);
                        from = scan.offset();
                    }
                    return;
                }
            } catch (OffsetOutOfRangeException e) {
                inbox.gap();
                return;
            } catch (KafkaException e) {
                LOG.warnf(
                        "The log is not readable, trying again: app=%s cause=%s",
                        app.get().appId(), e.getMessage());
                Thread.sleep(RETRY);
            }
        }
    }

    /** Adds the record's part to what is to be sent, if it has something new. */
    private void read(LogRecord record, List<LoggedPart> fresh) throws InterruptedException {
        if (!record.last().isAfter(position) && record.last() != Position.START) {
            return;
        }
        while (true) {
            try {
                add(reader.read(record), fresh);
                return;
            } catch (SQLException e) {
                LOG.warnf(
                        "Reading types waits for the database: app=%s",
                        app.get().appId());
                Thread.sleep(RETRY);
            } catch (IOException e) {
                LOG.errorf(e, "Unreadable record: app=%s offset=%d", app.get().appId(), record.offset());
                flush(fresh);
                resync(Resync.INCOMPLETE);
                return;
            }
        }
    }

    private void add(LoggedPart logged, List<LoggedPart> fresh) throws InterruptedException {
        if (logged.part().epoch() < epoch) {
            return;
        }
        if (logged.part().epoch() > epoch) {
            flush(fresh);
            begin(logged.part().epoch());
        }
        TransactionPart part = logged.part().after(position);
        position = part.past(position);
        recent.add(part.xid());
        fresh.add(new LoggedPart(part, logged.offset()));
    }

    private void begin(long greater) {
        LOG.infof(
                "The slot was made anew, subscribers read again: app=%s",
                app.get().appId());
        epoch = greater;
        position = Position.START;
        claim = new Claim(new Position(greater, Lsn.NONE, -1), claim.offset());
        resync(Resync.SLOT_LOST);
    }

    /** Sends and forgets what was collected. The claim comes first: see {@link #claim}. */
    private void flush(List<LoggedPart> fresh) throws InterruptedException {
        if (fresh.isEmpty()) {
            return;
        }
        Position reached = position.equals(Position.START) ? claim.position() : position;
        claim = new Claim(reached, Math.max(claim.offset(), fresh.getLast().offset()));
        judging.deliver(fresh);
        fresh.clear();
    }

    /** What was left out may also have been a change of access. */
    private void resync(Resync reason) {
        judging.reset();
        for (String table : subscriptions.tables()) {
            fanOut.resync(subscriptions.of(table).all(), reason);
        }
    }
}
