package dev.ghee.realtime.capture;

import dev.ghee.contracts.AppState;
import dev.ghee.pgoutput.Lsn;
import dev.ghee.realtime.capture.PartQueue.Pending;
import dev.ghee.realtime.change.Position;
import dev.ghee.realtime.change.TransactionPart;
import dev.ghee.realtime.database.AppConnections;
import dev.ghee.realtime.log.ChangeLog;
import dev.ghee.realtime.publication.RealtimeTables;
import dev.ghee.realtime.slot.ReplicationSlots;
import dev.ghee.realtime.slot.SlotLostException;
import dev.ghee.realtime.slot.TextNeededException;
import dev.ghee.realtime.slot.ValueForm;
import dev.ghee.realtime.slot.WalSession;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Puts one app's changes on the log, while this process has the slot. Two virtual threads per session: one reads the slot
 * and appends, the other waits for the log's acknowledgements and confirms.
 *
 * <p>An LSN is confirmed only when the log has everything before it. A session that fails is followed by another, here or
 * in another process, from the confirmed position; so the log may repeat changes, and never leaves one out.
 */
public final class AppCapture {
    private static final Logger LOG = Logger.getLogger(AppCapture.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration SETTLED = Duration.ofSeconds(10);
    private static final int MAX_FAILURES = 5;
    private static final Duration OFFER_WAIT = Duration.ofSeconds(2);

    private final Supplier<AppState> app;
    private final Outlet outlet;
    private final Parts parts;

    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile CaptureState state = new CaptureState.Stopped();
    private volatile boolean stopping;
    private volatile boolean yielding;
    private volatile @Nullable WalSession session;
    private volatile @Nullable Thread thread;

    /** The last change that the log acknowledged. Of the confirming thread; sessions follow each other. */
    private volatile Position logged = Position.START;

    /** Failures of our own, one after the other, at the same position. */
    private int failures;

    private Position failedPosition = Position.START;

    private ValueForm form = ValueForm.BINARY;

    /**
     * What captures work with.
     *
     * @param replica this process, as others know it
     */
    public record Parts(
            String replica,
            CaptureConfig config,
            AppConnections connections,
            ReplicationSlots slots,
            RealtimeTables tables,
            ChangeLog log,
            Ownership ownership,
            CaptureMetrics metrics) {}

    public AppCapture(Supplier<AppState> app, Outlet outlet, Parts parts) {
        this.app = app;
        this.outlet = outlet;
        this.parts = parts;
    }

    public void start() {
        state = new CaptureState.Connecting();
        thread = Thread.ofVirtual().name("capture-" + app.get().appId()).start(() -> {
            try {
                run();
            } finally {
                state = new CaptureState.Stopped();
                ended.complete(null);
            }
        });
    }

    public CaptureState state() {
        return state;
    }

    /** Ends the capture and leaves the slot; completes when nothing more is appended. From any thread, more than once. */
    public CompletableFuture<Void> stop() {
        stopping = true;
        abort();
        Thread running = thread;
        if (running == null) {
            ended.complete(null);
        } else {
            running.interrupt();
        }
        return ended;
    }

    private void yieldSlot() {
        yielding = true;
        abort();
    }

    private void abort() {
        WalSession open = session;
        if (open != null) {
            open.abort();
        }
    }

    private void run() {
        Duration pause = FIRST_PAUSE;
        Position before = logged;
        long since = System.nanoTime();
        while (!stopping) {
            try {
                giveUpOnPoison();
                parts.ownership().awaitTurn(app.get());
                yielding = false;
                before = logged;
                since = System.nanoTime();
                stream(parts.slots().ensure(app.get()));
            } catch (SlotLostException e) {
                LOG.warnf("Slot lost: app=%s cause=%s", app.get().appId(), e.getMessage());
                pause = discardSlot(pause);
            } catch (TextNeededException e) {
                LOG.infof("Values are read as text: app=%s %s", app.get().appId(), e.getMessage());
                form = ValueForm.TEXT;
            } catch (SQLException e) {
                boolean useful = state.isStreaming() && wasOfUse(before, since);
                pause = ended(e, useful ? FIRST_PAUSE : pause);
            } catch (InterruptedException e) {
                // Only stop() interrupts.
                LOG.debugf("Capture stops: app=%s", app.get().appId());
            } catch (RuntimeException | Error e) {
                state = new CaptureState.Connecting();
                if (!stopping) {
                    LOG.errorf(
                            e,
                            "Capture failed, starting again: app=%s",
                            app.get().appId());
                    failedAt(logged);
                }
                pause = pauseFor(pause);
            }
        }
    }

    /** A session that broke at once and read nothing will break again: the next ones come at growing intervals. */
    private boolean wasOfUse(Position before, long since) {
        return !logged.equals(before) || System.nanoTime() - since > SETTLED.toNanos();
    }

    private Duration ended(SQLException e, Duration pause) {
        if (yielding) {
            state = new CaptureState.Waiting();
            LOG.infof("Slot left to another gateway: app=%s", app.get().appId());
            return FIRST_PAUSE;
        }
        if (WalSession.isInUse(e)) {
            if (!(state instanceof CaptureState.Waiting)) {
                LOG.infof("Another gateway has the slot: app=%s", app.get().appId());
            }
            state = new CaptureState.Waiting();
            parts.ownership().released(app.get().appId());
            return FIRST_PAUSE;
        }
        state = new CaptureState.Connecting();
        if (!stopping) {
            LOG.warnf(
                    "Capture interrupted, connecting again: app=%s sqlstate=%s",
                    app.get().appId(), e.getSQLState());
        }
        return pauseFor(pause);
    }

    private synchronized void failedAt(Position position) {
        failures = position.equals(failedPosition) ? failures + 1 : 1;
        failedPosition = position;
    }

    /** Something that cannot be read, however often it is tried, must not stop the stream for ever. */
    private synchronized void giveUpOnPoison() throws SlotLostException {
        if (failures >= MAX_FAILURES) {
            failures = 0;
            throw new SlotLostException("changes that fail again and again");
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
        Duration limit = parts.config().retryLimit();
        return next.compareTo(limit) < 0 ? next : limit;
    }

    /** The next attempt finds no slot and makes one, whose epoch tells the subscribers. */
    private Duration discardSlot(Duration pause) {
        try {
            parts.tables().repair(app.get());
            parts.slots().drop(app.get());
        } catch (SQLException | RuntimeException e) {
            LOG.warnf("Lost slot not yet dropped: app=%s cause=%s", app.get().appId(), e.getMessage());
        }
        return pauseFor(pause);
    }

    private void stream(long epoch) throws SQLException, SlotLostException, TextNeededException, InterruptedException {
        var config = parts.config();
        var limits = new WalSession.PartLimits(config.partRows(), config.partBytes());
        try (WalSession open = WalSession.open(parts.connections(), app.get(), parts.replica(), epoch, form, limits)) {
            session = open;
            parts.ownership().taken(app.get().appId(), this::yieldSlot);
            var queue = new PartQueue(config.bufferBytes());
            Thread confirming =
                    Thread.ofVirtual().name("confirm-" + app.get().appId()).start(() -> confirmAll(open, queue));
            try {
                state = new CaptureState.Streaming();
                LOG.infof("Capturing: app=%s epoch=%d form=%s", app.get().appId(), epoch, form);
                read(open, queue, epoch);
            } finally {
                confirming.interrupt();
                joinQuietly(confirming);
                session = null;
                parts.ownership().released(app.get().appId());
            }
        }
    }

    private static void joinQuietly(Thread confirming) {
        boolean interrupted = false;
        while (true) {
            try {
                confirming.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void read(WalSession open, PartQueue queue, long epoch)
            throws SQLException, SlotLostException, TextNeededException, InterruptedException {
        Position seen = logged;
        var shortCut = new ShortCut(outlet);
        append(open, queue, shortCut, opened(epoch));
        while (!stopping && !yielding) {
            TransactionPart part = open.next().after(seen);
            parts.metrics().read(part);
            append(open, queue, shortCut, part);
        }
    }

    /** Says that the stream goes on in this epoch. Without it, subscribers of a quiet app would not hear of a lost slot. */
    private static TransactionPart opened(long epoch) {
        return new TransactionPart(epoch, Lsn.NONE, Instant.now(), 0, false, List.of(), 0, Optional.empty());
    }

    private void append(WalSession open, PartQueue queue, ShortCut shortCut, TransactionPart part)
            throws SQLException, InterruptedException {
        boolean quiet = part.isEmpty() && part.end().isPresent();
        CompletableFuture<Long> logged = quiet
                ? CompletableFuture.completedFuture(-1L)
                : parts.log().append(app.get().appId(), part);
        if (!quiet) {
            shortCut.follow(part, logged);
        }
        var pending = new Pending(part, logged);
        while (!queue.offer(pending, OFFER_WAIT)) {
            open.keepAlive();
        }
    }

    private void confirmAll(WalSession open, PartQueue queue) {
        try {
            while (true) {
                List<Pending> batch =
                        queue.take(parts.config().partRows(), parts.config().partBytes());
                for (Pending pending : batch) {
                    pending.logged().get();
                    logged = pending.part().past(logged);
                    pending.part().end().ifPresent(open::confirm);
                }
                queue.release(batch);
            }
        } catch (InterruptedException e) {
            LOG.debugf("Session ends: app=%s", app.get().appId());
        } catch (ExecutionException e) {
            LOG.errorf(
                    e,
                    "The log failed, starting again from what it has: app=%s",
                    app.get().appId());
            open.abort();
        } catch (RuntimeException | Error e) {
            LOG.errorf(
                    e,
                    "Confirming failed, starting again from what was logged: app=%s",
                    app.get().appId());
            failedAt(logged);
            open.abort();
        }
    }
}
