package dev.ghee.realtime.stream;

import dev.ghee.contracts.AppState;
import dev.ghee.realtime.capture.AppCapture;
import dev.ghee.realtime.change.Position;
import dev.ghee.realtime.delivery.AppDelivery;
import dev.ghee.realtime.delivery.Claim;
import dev.ghee.realtime.log.LogReader;
import dev.ghee.realtime.slot.ReplicationSlots;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What this process does for one app with subscribers: it delivers from the log, and captures to the log when it is this
 * process' turn.
 */
final class AppStream {
    private static final Logger LOG = Logger.getLogger(AppStream.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LAST_PAUSE = Duration.ofSeconds(5);

    private final Supplier<AppState> app;
    private final ReplicationSlots slots;
    private final LogReader reader;
    private final AppDelivery delivery;
    private final AppCapture capture;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private volatile boolean stopping;
    private volatile @Nullable Thread starting;

    AppStream(
            Supplier<AppState> app,
            ReplicationSlots slots,
            LogReader reader,
            AppDelivery delivery,
            AppCapture capture) {
        this.app = app;
        this.slots = slots;
        this.reader = reader;
        this.delivery = delivery;
        this.capture = capture;
    }

    /** @param after what has to end first: the same app's earlier stream */
    void start(CompletableFuture<Void> after) {
        starting = Thread.ofVirtual().name("begin-" + app.get().appId()).start(() -> {
            after.exceptionally(_ -> null).join();
            try {
                run(begin());
                ready.complete(null);
            } catch (InterruptedException e) {
                LOG.debugf("Stream stopped before it began: app=%s", app.get().appId());
                ready.completeExceptionally(e);
            }
        });
    }

    private synchronized void run(Claim begin) throws InterruptedException {
        if (stopping) {
            throw new InterruptedException();
        }
        delivery.start(begin);
        capture.start();
    }

    /**
     * Follows the log, then makes sure of the slot, then asks where the database stands: what is committed after that is
     * read from the slot and comes to the log after the place that is followed.
     */
    private Claim begin() throws InterruptedException {
        reader.follow(app.get().appId(), delivery).join();
        long offset = reader.offset(app.get().appId()) - 1;
        Duration pause = FIRST_PAUSE;
        while (!stopping) {
            try {
                long epoch = slots.ensure(app.get());
                return new Claim(new Position(epoch, slots.now(app.get()), Integer.MAX_VALUE), offset);
            } catch (SQLException e) {
                LOG.warnf(
                        "No slot yet, trying again: app=%s sqlstate=%s",
                        app.get().appId(), e.getSQLState());
                Thread.sleep(pause);
                pause = pause.multipliedBy(2).compareTo(LAST_PAUSE) < 0 ? pause.multipliedBy(2) : LAST_PAUSE;
            }
        }
        throw new InterruptedException();
    }

    /** Completes when every later commit will be sent, or announced as lost. */
    CompletableFuture<Void> ready() {
        return ready;
    }

    boolean isReady() {
        return ready.isDone() && !ready.isCompletedExceptionally();
    }

    AppDelivery delivery() {
        return delivery;
    }

    /** Whether this process reads the slot now. */
    boolean isCapturing() {
        return capture.state().isStreaming();
    }

    /** Completes when nothing more is read or sent. */
    synchronized CompletableFuture<Void> stop() {
        stopping = true;
        Thread beginning = starting;
        if (beginning != null) {
            beginning.interrupt();
        }
        reader.unfollow(app.get().appId(), delivery);
        return CompletableFuture.allOf(capture.stop(), delivery.stop());
    }
}
