package dev.ghee.realtime.fanout;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.ghee.contracts.AppId;
import dev.ghee.pgoutput.value.ByteSink;
import dev.ghee.realtime.change.RowChange;
import dev.ghee.realtime.change.Table;
import dev.ghee.realtime.fanout.ChangeFrames.Renderers;
import dev.ghee.realtime.fanout.ChangeFrames.Variant;
import dev.ghee.realtime.log.LoggedPart;
import dev.ghee.realtime.subscription.CursorCodec;
import dev.ghee.realtime.subscription.Subscriber;
import dev.ghee.realtime.subscription.Subscription;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.LongAdder;

/**
 * Sends judged changes to the subscribers of one app, in commit order, each encoded once. At most one batch waits at
 * the event loops while the next is prepared, so a slow loop slows the stream instead of filling the memory. For one
 * thread.
 */
public final class FanOut {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Renderers renderers = new Renderers();
    private final ByteSink sink = new ByteSink(Integer.MAX_VALUE);
    private final FanOutMetrics metrics;
    private final LongAdder deliveries;
    private final CursorCodec.Writer cursors;
    private CompletableFuture<Void> previous = CompletableFuture.completedFuture(null);

    /** Why a subscriber has to read a table again. */
    public enum Resync {
        /** All rows of the table went at once. */
        TRUNCATED,
        /** Postgres did not say what a row was before. */
        INCOMPLETE,
        /** The replication slot was lost, and changes with it. */
        SLOT_LOST,
        /** The log was lost, and changes with it. */
        LOG_LOST,
        /** The log does not go back to the cursor any more. */
        CURSOR_EXPIRED,
        /** The cursor is not one of this app's, or lies in the future. */
        CURSOR_INVALID,
        /** More happened than can be kept while the past is read, or reading it took too long. */
        TOO_FAR_BEHIND,
        /** The table has more visible rows than a snapshot may have. */
        SNAPSHOT_TOO_LARGE;

        private String wireName() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    public FanOut(AppId app, FanOutMetrics metrics, CursorCodec.Writer cursors) {
        this.metrics = metrics;
        this.deliveries = metrics.of(app);
        this.cursors = cursors;
    }

    /** Tables without a judgement have no subscribers. */
    public void send(List<LoggedPart> parts, Map<Table, TableJudgement> judgements) {
        var outbox = new Outbox();
        int changes = 0;
        for (LoggedPart logged : parts) {
            for (RowChange change : logged.part().changes()) {
                TableJudgement judgement = judgements.get(change.table());
                if (judgement != null) {
                    changes++;
                    address(change, logged, judgement, outbox);
                }
            }
        }
        metrics.sent(outbox.frames, changes);
        dispatch(outbox);
        if (outbox.frames > 0) {
            Instant oldest = parts.getFirst().part().committedAt();
            previous = previous.thenRun(() -> metrics.arrived(oldest));
        }
    }

    /** Tells every one of these to read its table again. */
    public void resync(Collection<Subscription> subscriptions, Resync reason) {
        var outbox = new Outbox();
        for (Subscription subscription : subscriptions) {
            outbox.add(subscription.subscriber(), resyncFrame(subscription.table(), reason));
        }
        dispatch(outbox);
    }

    private void address(RowChange change, LoggedPart logged, TableJudgement judgement, Outbox outbox) {
        switch (change) {
            case RowChange.Truncate _ -> resync(judgement, change.table(), Resync.TRUNCATED, outbox);
            case RowChange.Incomplete _ -> resync(judgement, change.table(), Resync.INCOMPLETE, outbox);
            case RowChange.Insert _, RowChange.Update _, RowChange.Delete _ -> {
                try (var frames = new ChangeFrames(change, logged, renderers, sink, cursors)) {
                    judgement.audience(
                            change, (viewer, variant) -> address(viewer, variant, judgement, frames, outbox));
                }
            }
        }
    }

    private static void address(
            int viewer, Variant variant, TableJudgement judgement, ChangeFrames frames, Outbox outbox) {
        Set<String> columns = judgement
                .verdict()
                .columns(judgement.groups().viewers().get(viewer).role());
        for (Subscription subscription : judgement.groups().members().get(viewer)) {
            if (subscription.events().contains(variant.operation())
                    && (subscription.filter().isNone()
                            || subscription.filter().matches(frames.row(variant), columns))) {
                ByteBuf frame = frames.frame(variant, columns, subscription.columns());
                if (subscription.gate().passes(frames.position(), frames.xid(), frame)) {
                    outbox.add(subscription.subscriber(), frame.retainedDuplicate());
                }
            }
        }
    }

    private static void resync(TableJudgement judgement, Table table, Resync reason, Outbox outbox) {
        for (Subscription subscription : judgement.groups().all()) {
            if (!judgement.verdict().columns(subscription.viewer().role()).isEmpty()) {
                outbox.add(subscription.subscriber(), resyncFrame(table.name(), reason));
            }
        }
    }

    public static ByteBuf resyncFrame(String table, Resync reason) {
        var frame = JsonNodeFactory.instance
                .objectNode()
                .put("type", "resync")
                .put("table", table)
                .put("reason", reason.wireName());
        try {
            return WireFrame.text(ByteBuffer.wrap(JSON.writeValueAsBytes(frame)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void dispatch(Outbox outbox) {
        previous.join();
        deliveries.add(outbox.frames);
        previous = outbox.flush();
    }

    /** Frames by subscriber, in order. */
    private static final class Outbox {
        private final Map<Subscriber, List<ByteBuf>> bySubscriber = new IdentityHashMap<>();
        private int frames;

        void add(Subscriber subscriber, ByteBuf frame) {
            bySubscriber.computeIfAbsent(subscriber, _ -> new ArrayList<>(2)).add(frame);
            frames++;
        }

        /** One task per event loop. Completes when all have run. */
        CompletableFuture<Void> flush() {
            Map<Executor, Map<Subscriber, List<ByteBuf>>> byLoop = new IdentityHashMap<>();
            bySubscriber.forEach(
                    (subscriber, list) -> byLoop.computeIfAbsent(subscriber.loop(), _ -> new IdentityHashMap<>())
                            .put(subscriber, list));
            List<CompletableFuture<Void>> tasks = new ArrayList<>();
            byLoop.forEach((loop, members) -> tasks.add(run(loop, members)));
            return CompletableFuture.allOf(tasks.toArray(CompletableFuture[]::new));
        }

        private static CompletableFuture<Void> run(Executor loop, Map<Subscriber, List<ByteBuf>> members) {
            var done = new CompletableFuture<Void>();
            try {
                loop.execute(() -> {
                    members.forEach(Subscriber::send);
                    done.complete(null);
                });
            } catch (RejectedExecutionException e) {
                members.values().forEach(list -> list.forEach(ByteBuf::release));
                done.complete(null);
            }
            return done;
        }
    }
}
