package dev.ghee.realtime.stream;

import dev.ghee.contracts.AppState;
import dev.ghee.realtime.change.Position;
import dev.ghee.realtime.change.Table;
import dev.ghee.realtime.change.TransactionPart;
import dev.ghee.realtime.database.AppConnections;
import dev.ghee.realtime.fanout.FanOut.Resync;
import dev.ghee.realtime.fanout.TableJudgement;
import dev.ghee.realtime.log.ChangeLog;
import dev.ghee.realtime.publication.RealtimeTables;
import dev.ghee.realtime.slot.ReplicationSlots;
import dev.ghee.realtime.slot.SlotLostException;
import dev.ghee.realtime.slot.TextNeededException;
import dev.ghee.realtime.slot.ValueForm;
import dev.ghee.realtime.slot.WalSession;
import dev.ghee.realtime.stream.PartQueue.Pending;
import io.micrometer.core.instrument.Counter;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One app's stream. Two virtual threads per session: one reads the slot and appends to the log, the other judges and
 * sends; so a batch is read while the one before is judged.
 *
 * <p>A change goes to sockets only when the log has it, and its LSN is confirmed only after that. A session that fails
 * is followed by another from the confirmed position; {@link Position} keeps what was sent from being sent again.
 */
final class AppStream {
    private static final Logger LOG = Logger.getLogger(AppStream.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration SETTLED = Duration.ofSeconds(10);
    private static final Duration IN_USE_PAUSE = Duration.ofMillis(500);
    private static final int MAX_FAILURES = 5;
    private static final Duration OFFER_WAIT = Duration.ofSeconds(2);

    private final Supplier<AppState> app;
    private final StreamConfig config;
    private final AppConnections connections;
    private final ReplicationSlots slots;
    private final RealtimeTables tables;
    private final ChangeLog log;
    private final Delivery delivery;
    private final Counter decoded;

    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile StreamState state = new StreamState.Stopped();
    private volatile boolean stopping;
    private volatile @Nullable WalSession session;
    private volatile @Nullable Thread thread;

    /** The last change that subscribers were sent. Of the sending thread; sessions follow each other. */
    private volatile Position sent = Position.START;

    /** Failures of our own, one after the other, at the same position. */
    private int failures;

    private Position failedPosition = Position.START;

    private ValueForm form = ValueForm.BINARY;
    private boolean hadSlot;

    AppStream(
            Supplier<AppState> app,
            StreamConfig config,
            AppConnections connections,
            ReplicationSlots slots,
            RealtimeTables tables,
            ChangeLog log,
            Delivery delivery,
            Counter decoded) {
        this.app = app;
        this.config = config;
        this.connections = connections;
        this.slots = slots;
        this.tables = tables;
        this.log = log;
        this.delivery = delivery;
        this.decoded = decoded;
    }

    /** @param after what has to end first: the same app's earlier stream */
    void start(CompletableFuture<Void> after) {
        state = new StreamState.Connecting();
        thread = Thread.ofVirtual().name("stream-" + app.get().appId()).start(() -> {
            after.exceptionally(_ -> null).join();
            try {
                run();
            } finally {
                state = new StreamState.Stopped();
                ended.complete(null);
            }
        });
    }

    /** Completes when every later commit will be sent, or announced as lost. */
    CompletableFuture<Void> ready() {
        return ready;
    }

    StreamState state() {
        return state;
    }

    /** Ends the stream and leaves the slot; completes when nothing more is sent. From any thread, more than once. */
    CompletableFuture<Void> stop() {
        stopping = true;
        WalSession open = session;
        if (open != null) {
            open.abort();
        }
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
        return ended;
    }

    private void run() {
        Duration pause = FIRST_PAUSE;
        Position before = sent;
        long since = System.nanoTime();
        while (!stopping) {
            try {
                giveUpOnPoison();
                prepareSlot();
                ready.complete(null);
                before = sent;
                since = System.nanoTime();
                stream();
            } catch (SlotLostException e) {
                LOG.warnf("Slot lost: app=%s cause=%s", app.get().appId(), e.getMessage());
                pause = discardSlot(pause);
            } catch (TextNeededException e) {
                LOG.infof("Values are read as text: app=%s %s", app.get().appId(), e.getMessage());
                form = ValueForm.TEXT;
            } catch (SQLException e) {
                boolean inUse = WalSession.isInUse(e);
                pause = state.isStreaming() && wasOfUse(before, since) ? FIRST_PAUSE : pause;
                state = inUse ? new StreamState.Waiting() : new StreamState.Connecting();
                logRetry(e.getSQLState(), inUse);
                pause = inUse ? pauseFor(IN_USE_PAUSE) : pauseFor(pause);
            } catch (InterruptedException e) {
                // Only stop() interrupts.
                LOG.debugf("Stream stops: app=%s", app.get().appId());
            } catch (RuntimeException | Error e) {
                state = new StreamState.Connecting();
                if (!stopping) {
                    LOG.errorf(
                            e,
                            "Stream failed, starting again: app=%s",
                            app.get().appId());
                    failedAt(sent);
                }
                pause = pauseFor(pause);
            }
        }
    }

    /** A session that broke at once and sent nothing will break again: the next ones come at growing intervals. */
    private boolean wasOfUse(Position before, long since) {
        return !sent.equals(before) || System.nanoTime() - since > SETTLED.toNanos();
    }

    private synchronized void failedAt(Position position) {
        failures = position.equals(failedPosition) ? failures + 1 : 1;
        failedPosition = position;
    }

    /** Something that cannot be read or sent, however often it is tried, must not stop the stream for ever. */
    private synchronized void giveUpOnPoison() throws SlotLostException {
        if (failures >= MAX_FAILURES) {
            failures = 0;
            throw new SlotLostException("changes that fail again and again");
        }
    }

    private void logRetry(@Nullable String sqlState, boolean inUse) {
        if (stopping) {
            return;
        }
        if (inUse) {
            LOG.infof("Another reader has the slot: app=%s", app.get().appId());
        } else {
            LOG.warnf(
                    "Stream interrupted, connecting again: app=%s sqlstate=%s",
                    app.get().appId(), sqlState);
        }
    }

    /** Waits, and tells the next pause. */
    private Duration pauseFor(Duration pause) {
        if (stopping) {
            return pause;
        }
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            LOG.debugf("Woken while waiting: app=%s", app.get().appId());
        }
        Duration next = pause.multipliedBy(2);
        return next.compareTo(config.retryLimit()) < 0 ? next : config.retryLimit();
    }

    private void prepareSlot() throws SQLException {
        ReplicationSlots.State found = slots.state(app.get());
        if (found == ReplicationSlots.State.LOST) {
            slots.drop(app.get());
        }
        if (found != ReplicationSlots.State.USABLE) {
            slots.create(app.get());
            // A new slot repeats nothing, and after a restore its positions may be lower than those before.
            sent = Position.START;
            if (hadSlot || found == ReplicationSlots.State.LOST) {
                delivery.resync(Resync.SLOT_LOST);
            }
        }
        hadSlot = true;
    }

    /** The next attempt finds no slot, makes one, and tells the subscribers. */
    private Duration discardSlot(Duration pause) {
        try {
            tables.repair(app.get());
            slots.drop(app.get());
        } catch (SQLException | RuntimeException e) {
            LOG.warnf("Lost slot not yet dropped: app=%s cause=%s", app.get().appId(), e.getMessage());
        }
        return pauseFor(pause);
    }

    private void stream() throws SQLException, SlotLostException, TextNeededException, InterruptedException {
        var limits = new WalSession.PartLimits(config.batchRows(), config.batchBytes());
        try (WalSession open = WalSession.open(connections, app.get(), 0, form, limits)) {
            session = open;
            var queue = new PartQueue(config.bufferBytes());
            Thread sender = Thread.ofVirtual().name("send-" + app.get().appId()).start(() -> sendAll(open, queue));
            try {
                state = new StreamState.Streaming();
                LOG.infof("Streaming: app=%s form=%s", app.get().appId(), form);
                read(open, queue, sent);
            } finally {
                sender.interrupt();
                joinQuietly(sender);
                session = null;
            }
        }
    }

    private static void joinQuietly(Thread sender) {
        boolean interrupted = false;
        while (true) {
            try {
                sender.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void read(WalSession open, PartQueue queue, Position seen)
            throws SQLException, SlotLostException, TextNeededException, InterruptedException {
        while (!stopping) {
            TransactionPart part = open.next().after(seen);
            decoded.increment(part.changes().size());
            var pending = new Pending(part, log.append(app.get().appId(), part));
            while (!queue.offer(pending, OFFER_WAIT)) {
                open.keepAlive();
            }
        }
    }

    private void sendAll(WalSession open, PartQueue queue) {
        try {
            while (true) {
                List<Pending> batch = queue.take(config.batchRows(), config.batchBytes());
                send(open, batch);
                queue.release(batch);
            }
        } catch (InterruptedException e) {
            LOG.debugf("Session ends: app=%s", app.get().appId());
        } catch (ExecutionException e) {
            LOG.errorf(
                    e,
                    "The log failed, starting again from what was sent: app=%s",
                    app.get().appId());
            open.abort();
        } catch (RuntimeException | Error e) {
            LOG.errorf(
                    e,
                    "Sending failed, starting again from what was sent: app=%s",
                    app.get().appId());
            failedAt(sent);
            open.abort();
        }
    }

    private void send(WalSession open, List<Pending> batch) throws InterruptedException, ExecutionException {
        List<TransactionPart> parts = batch.stream().map(Pending::part).toList();
        Map<Table, TableJudgement> judgements = delivery.judge(parts);
        for (Pending pending : batch) {
            pending.logged().get();
        }
        delivery.send(parts, judgements);
        for (TransactionPart part : parts) {
            sent = part.past(sent);
            part.end().ifPresent(open::confirm);
        }
    }
}
