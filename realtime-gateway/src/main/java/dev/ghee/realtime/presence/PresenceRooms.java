package dev.ghee.realtime.presence;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.ghee.contracts.AppId;
import dev.ghee.contracts.Contracts;
import dev.ghee.contracts.PresenceState;
import dev.ghee.contracts.Topics;
import dev.ghee.realtime.replica.ReplicaId;
import dev.ghee.realtime.replica.Replicas;
import dev.ghee.tenancy.topic.SharedTopics;
import dev.ghee.tenancy.topic.TopicTail;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Who is here, app by app, over all replicas. Only those who say that they are here hear of others.
 *
 * <p>What a client says goes to the compacted topic {@code ghee.presence} and takes effect when it is read from there,
 * also in the process that wrote it: so each app's events come in one order everywhere, and the state that a client is
 * told is the one at the position of its own joining. While Kafka is away, clients are told to try again; their sockets
 * stay. Safe for any thread.
 */
@ApplicationScoped
public class PresenceRooms {
    private static final Logger LOG = Logger.getLogger(PresenceRooms.class);
    private static final Duration SWEEP = Duration.ofSeconds(1);
    /** A replica that is silent may come back; after this long its members are taken off the log. */
    private static final Duration LEFTOVER_AGE = Duration.ofSeconds(10);

    private static final int REMOVALS_PER_SWEEP = 500;
    private static final String TRY_AGAIN = "Presence is not available, try again";

    private final PresenceConfig config;
    private final SharedTopics topics;
    private final Replicas replicas;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final PresenceLog log;
    private final Map<AppId, Room> rooms = new HashMap<>();
    private final Map<String, Tracker> trackers = new HashMap<>();
    /** Of all clients here: a client's socket, and so its id, belongs to one process. */
    private long revisions;

    private @Nullable Thread sweeper;

    PresenceRooms(PresenceConfig config, SharedTopics topics, Replicas replicas, MeterRegistry metrics) {
        this.config = config;
        this.topics = topics;
        this.replicas = replicas;
        this.log = new PresenceLog(topics, ready, config.answerLimit());
        metrics.gauge("ghee.realtime.presence.clients", this, PresenceRooms::clients);
    }

    private synchronized double clients() {
        return trackers.size();
    }

    void start(@Observes StartupEvent event) {
        replicas.onAppeared(this::appeared);
        replicas.onGone(this::gone);
        TopicTail tail = topics.followStates(Topics.PRESENCE, this::accept);
        CompletableFuture.allOf(tail.caughtUp(), replicas.settled()).thenRun(this::begin);
        log.start();
        sweeper = Thread.ofVirtual().name("presence-sweep").start(this::sweep);
    }

    void stop(@Observes ShutdownEvent event) {
        Thread running = sweeper;
        if (running != null) {
            running.interrupt();
        }
        log.stop();
    }

    /** The member is here: it is told who else is, and they are told of it. Once more means an update. */
    public synchronized void track(AppId app, Member member, JsonNode metadata) {
        if (!fits(metadata)) {
            refuse(member, "Presence metadata is too large");
            return;
        }
        Tracker known = trackers.get(member.clientId());
        if (known == null) {
            if (room(app).size() >= config.perApp()) {
                refuse(member, "Too many clients are present");
                return;
            }
            known = new Tracker(app, member, metadata, config.changeBurst(), System.nanoTime());
            trackers.put(member.clientId(), known);
        }
        say(known, metadata, true);
    }

    /** New metadata; nothing happens if the member is not here. */
    public synchronized void update(AppId app, Member member, JsonNode metadata) {
        Tracker known = trackers.get(member.clientId());
        if (known == null) {
            return;
        }
        if (fits(metadata)) {
            say(known, metadata, false);
        } else {
            refuse(member, "Presence metadata is too large");
        }
    }

    /** The member is gone; nothing happens if it was not here. */
    public synchronized void leave(AppId app, Member member) {
        if (trackers.remove(member.clientId()) != null) {
            room(app).deafen(member.clientId());
            forgetIfEmpty(app);
            log.remove(app, member.clientId());
        }
    }

    private void say(Tracker tracker, JsonNode metadata, boolean wantsState) {
        long now = System.nanoTime();
        if (!tracker.allows(config.changesPerSecond(), config.changeBurst(), now)) {
            refuse(tracker.member(), "Too many presence updates");
            return;
        }
        write(tracker, tracker.say(metadata, ++revisions, wantsState, replicas.self(), deadline(now)));
    }

    private long deadline(long now) {
        return now + config.answerLimit().toNanos();
    }

    private void write(Tracker tracker, PresenceState state) {
        log.write(state, () -> notWritten(tracker, state.revision()));
    }

    private synchronized void notWritten(Tracker tracker, long revision) {
        if (tracker.failed(revision)) {
            giveUp(tracker);
        }
    }

    private void giveUp(Tracker tracker) {
        Member member = tracker.member();
        if (trackers.get(member.clientId()) != tracker) {
            return;
        }
        refuse(member, TRY_AGAIN);
        if (tracker.idle() && !room(tracker.app()).has(member.clientId())) {
            // It never was present. Should the log have it after all, it is taken off again when that is read.
            trackers.remove(member.clientId());
        }
        forgetIfEmpty(tracker.app());
    }

    private boolean fits(JsonNode metadata) {
        try {
            return Contracts.writer().writeValueAsBytes(metadata).length <= config.maxMetadataBytes();
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    private static void refuse(Member member, String message) {
        PresenceFrames.send(member, PresenceFrames.error(message));
    }

    /** Everything that was written is read and everybody alive is known: only now members are shown. */
    private synchronized void begin() {
        replicas.live().forEach(replica -> rooms.values().forEach(room -> room.show(replica)));
        LOG.infof("Presence read: apps=%d", rooms.size());
        ready.complete(null);
    }

    private synchronized void accept(ConsumerRecord<String, byte[]> record) {
        byte[] value = record.value();
        if (value == null) {
            int slash = record.key().indexOf('/');
            removed(new AppId(record.key().substring(0, slash)), record.key().substring(slash + 1));
            return;
        }
        try {
            said(Contracts.read(value, PresenceState.class));
        } catch (IOException e) {
            LOG.warnf("Unreadable presence: offset=%d", record.offset());
        }
    }

    private void said(PresenceState state) {
        boolean shown = ready.isDone() && replicas.isLive(new ReplicaId(state.replicaId()));
        Room room = room(state.appId());
        room.put(state, shown, System.nanoTime());
        Tracker tracker = trackers.get(state.clientId());
        if (tracker != null) {
            room.listen(tracker.member());
            if (tracker.logged(state.revision())) {
                PresenceFrames.send(tracker.member(), PresenceFrames.all(room.others(state.clientId())));
            }
        } else if (state.replicaId().equals(replicas.self().value())) {
            // It left while its joining was under way.
            log.remove(state.appId(), state.clientId());
        }
    }

    private void removed(AppId app, String clientId) {
        Tracker tracker = trackers.get(clientId);
        Room room = room(app);
        room.remove(clientId);
        if (tracker != null) {
            // The others took us for dead.
            room.listen(tracker.member());
            if (tracker.idle()) {
                write(tracker, tracker.repeat(++revisions, replicas.self(), deadline(System.nanoTime())));
            }
        }
        forgetIfEmpty(app);
    }

    private synchronized void appeared(ReplicaId replica) {
        if (ready.isDone()) {
            rooms.values().forEach(room -> room.show(replica));
        }
    }

    private synchronized void gone(ReplicaId replica) {
        long now = System.nanoTime();
        rooms.values().forEach(room -> room.hide(replica, now));
    }

    private void sweep() {
        try {
            while (true) {
                Thread.sleep(SWEEP);
                giveUpOverdue(System.nanoTime());
                if (ready.isDone()) {
                    tidy(System.nanoTime());
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("Presence is no longer swept");
        }
    }

    private synchronized void giveUpOverdue(long now) {
        for (Tracker tracker : List.copyOf(trackers.values())) {
            if (tracker.overdue(now)) {
                giveUp(tracker);
            }
        }
    }

    /** Brings the log in line: our own clients are on it as long as they are here, a dead replica's are not. */
    private synchronized void tidy(long now) {
        for (Tracker tracker : trackers.values()) {
            if (tracker.idle() && !room(tracker.app()).has(tracker.member().clientId())) {
                write(tracker, tracker.repeat(++revisions, replicas.self(), deadline(now)));
            }
        }
        ReplicaId self = replicas.self();
        remove(rooms.values().stream()
                .flatMap(room -> room.of(self).stream())
                .filter(state -> !trackers.containsKey(state.clientId())));
        // One does it for all.
        if (replicas.live().first().equals(self)) {
            long then = now - LEFTOVER_AGE.toNanos();
            remove(rooms.values().stream().flatMap(room -> room.hiddenBefore(then).stream()));
        }
    }

    private void remove(Stream<PresenceState> leftovers) {
        leftovers.limit(REMOVALS_PER_SWEEP).forEach(state -> log.remove(state.appId(), state.clientId()));
    }

    private Room room(AppId app) {
        return rooms.computeIfAbsent(app, _ -> new Room());
    }

    private void forgetIfEmpty(AppId app) {
        rooms.computeIfPresent(app, (_, room) -> room.isEmpty() ? null : room);
    }
}
