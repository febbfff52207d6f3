package dev.ghee.realtime.delivery;

import dev.ghee.realtime.change.Position;
import dev.ghee.realtime.change.TransactionPart;
import dev.ghee.realtime.delivery.Replays.Join;
import dev.ghee.realtime.log.LogRecord;
import dev.ghee.realtime.log.LoggedPart;
import dev.ghee.realtime.log.PartReader;
import dev.ghee.realtime.subscription.Gate;
import dev.ghee.realtime.subscription.Subscriber;
import dev.ghee.realtime.subscription.Subscription;
import dev.ghee.realtime.subscription.Subscriptions;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.KafkaException;

/**
 * Old records of one app, delivered once more to those who missed them; each hears only what lies after its cursor. It
 * waits for clients that read slowly, as the past may be larger than what may be queued for them. For one thread.
 */
final class Past implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(5);

    private final PartReader reader;
    private final Judging judging;
    private final List<Subscriber> subscribers;
    private final DeliveryConfig config;
    private Position position;

    private record After(Position cursor) implements Gate {
        @Override
        public boolean passes(Position position, int xid, ByteBuf frame) {
            return position.isAfter(cursor);
        }
    }

    Past(PartReader reader, Judging judging, List<Join> joins, DeliveryConfig config, Position first) {
        this.reader = reader;
        this.judging = judging;
        this.subscribers = joins.stream()
                .map(Join::subscription)
                .map(Subscription::subscriber)
                .distinct()
                .toList();
        this.config = config;
        this.position = first;
    }

    /** The subscriptions as they are for the past: behind a gate of their own. */
    static Subscriptions of(List<Join> joins) {
        var subscriptions = new Subscriptions();
        for (Join join : joins) {
            subscriptions.put(join.subscription().through(new After(join.after())));
        }
        return subscriptions;
    }

    /** The last change that was dealt with. */
    Position position() {
        return position;
    }

    void deliver(List<LogRecord> records) throws InterruptedException {
        List<LoggedPart> fresh = new ArrayList<>();
        for (LogRecord record : records) {
            LoggedPart logged = read(record);
            TransactionPart part = logged.part().after(position);
            if (part.epoch() == position.epoch()) {
                position = part.past(position);
                fresh.add(new LoggedPart(part, logged.offset()));
            }
        }
        if (!fresh.isEmpty()) {
            judging.deliver(fresh);
            awaitReaders();
        }
    }

    private LoggedPart read(LogRecord record) {
        try {
            return reader.read(record);
        } catch (IOException | SQLException e) {
            throw new KafkaException("A record cannot be read", e);
        }
    }

    private void awaitReaders() throws InterruptedException {
        long until = System.nanoTime() + config.joinLimit().toNanos();
        while (System.nanoTime() < until
                && subscribers.stream().anyMatch(subscriber -> subscriber.queuedBytes() > config.joinBytes() / 4)) {
            Thread.sleep(PAUSE);
        }
    }

    @Override
    public void close() {
        judging.close();
    }
}
