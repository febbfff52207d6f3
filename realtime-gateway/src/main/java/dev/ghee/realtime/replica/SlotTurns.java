package dev.ghee.realtime.replica;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.realtime.capture.Ownership;
import dev.ghee.realtime.database.AppConnections;
import dev.ghee.realtime.replica.SlotOwnership.Decision;
import dev.ghee.realtime.replica.SlotOwnership.Slot;
import dev.ghee.realtime.slot.ReplicationSlots;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is to read which slot, as {@link SlotOwnership} decides. Whoever ranks first tries at once; the others,
 * and those who were refused, wait, and one look a second at the region's slots serves them all.
 */
@ApplicationScoped
class SlotTurns implements Ownership {
    private static final Logger LOG = Logger.getLogger(SlotTurns.class);
    private static final Duration LOOK = Duration.ofSeconds(1);
    /** Many begin to wait at the same moment when a replica ends. */
    private static final Duration GATHERING = Duration.ofMillis(50);
    /** Each costs its subscribers a moment. */
    private static final int HAND_OVERS_PER_LOOK = 3;

    private final Replicas replicas;
    private final SlotLook look;
    private final Map<AppId, Turn> turns = new HashMap<>();
    private final Semaphore news = new Semaphore(0);
    private @Nullable Thread thread;

    /** One app. Its fields change under the lock of all. */
    private static final class Turn {
        final SlotOwnership ownership;
        final String region;
        boolean refused;

        @Nullable
        CountDownLatch waiting;

        @Nullable
        Runnable yield;

        Turn(SlotOwnership ownership, String region) {
            this.ownership = ownership;
            this.region = region;
        }

        boolean inUse() {
            return waiting != null || yield != null;
        }
    }

    SlotTurns(Replicas replicas, AppConnections connections, ReplicationSlots slots) {
        this.replicas = replicas;
        this.look = new SlotLook(connections, slots);
    }

    void start(@Observes StartupEvent event) {
        replicas.onGone(_ -> news.release());
        thread = Thread.ofPlatform().daemon().name("slot-turns").start(this::run);
    }

    void stop(@Observes ShutdownEvent event) {
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }

    @Override
    public void awaitTurn(AppState app) throws InterruptedException {
        CountDownLatch granted = begin(app);
        if (granted == null) {
            return;
        }
        news.release();
        try {
            granted.await();
        } catch (InterruptedException e) {
            giveUp(app.appId());
            throw e;
        }
    }

    /** Null when there is nothing to wait for. */
    private synchronized @Nullable CountDownLatch begin(AppState app) {
        AppId id = app.appId();
        Turn turn = turns.computeIfAbsent(id, _ -> new Turn(new SlotOwnership(id, replicas.self()), app.region()));
        if (!turn.refused && SlotOwnership.ranks(id, interested(id)).getFirst().equals(replicas.self())) {
            return null;
        }
        var granted = new CountDownLatch(1);
        turn.waiting = granted;
        return granted;
    }

    private synchronized void giveUp(AppId app) {
        turns.remove(app);
    }

    /** Whoever asks for a turn has subscribers, whether or not that has been told yet. */
    private SortedSet<ReplicaId> interested(AppId app) {
        SortedSet<ReplicaId> interested = replicas.interestedIn(app);
        interested.add(replicas.self());
        return interested;
    }

    @Override
    public synchronized void taken(AppId app, Runnable yield) {
        Turn turn = turns.get(app);
        if (turn != null) {
            turn.yield = yield;
            turn.refused = false;
        }
    }

    @Override
    public synchronized void released(AppId app) {
        Turn turn = turns.get(app);
        if (turn != null) {
            turn.refused = turn.yield == null;
            turn.yield = null;
        }
    }

    private void run() {
        try {
            while (true) {
                if (news.tryAcquire(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
                    Thread.sleep(GATHERING);
                    news.drainPermits();
                }
                lookOnce();
            }
        } catch (InterruptedException e) {
            LOG.debug("Nobody gets a turn any more");
        }
    }

    private void lookOnce() {
        Set<String> regions = regionsWaitedFor();
        look.keepOnly(regions);
        Map<String, Set<AppId>> taken = new HashMap<>();
        for (String region : regions) {
            Optional<Set<AppId>> seen = look.taken(region);
            seen.ifPresent(apps -> taken.put(region, apps));
        }
        decide(taken, System.nanoTime()).forEach(Runnable::run);
    }

    private synchronized Set<String> regionsWaitedFor() {
        // What is remembered of an app ends with its last subscriber here.
        turns.entrySet()
                .removeIf(turn -> !turn.getValue().inUse()
                        && !replicas.interestedIn(turn.getKey()).contains(replicas.self()));
        Set<String> regions = new HashSet<>();
        for (Turn turn : turns.values()) {
            if (turn.waiting != null) {
                regions.add(turn.region);
            }
        }
        return regions;
    }

    /** Grants turns, and tells which slots are to be given away. */
    private synchronized List<Runnable> decide(Map<String, Set<AppId>> taken, long now) {
        List<Runnable> yields = new ArrayList<>();
        turns.forEach((app, turn) -> {
            CountDownLatch waiting = turn.waiting;
            Runnable yield = turn.yield;
            Set<AppId> seen = taken.get(turn.region);
            if (yield != null) {
                boolean due = turn.ownership.decide(interested(app), Slot.OURS, now) == Decision.HAND_OVER
                        // Not to one that was killed a moment ago.
                        && turn.ownership.first().filter(replicas::isFresh).isPresent();
                if (due && yields.size() < HAND_OVERS_PER_LOOK) {
                    LOG.infof("Slot is handed over: app=%s", app);
                    turn.ownership.handedOver();
                    yields.add(yield);
                }
            } else if (waiting != null && seen != null) {
                Slot slot = seen.contains(app) ? Slot.TAKEN : Slot.FREE;
                if (turn.ownership.decide(interested(app), slot, now) == Decision.TAKE) {
                    turn.waiting = null;
                    turn.refused = false;
                    waiting.countDown();
                }
            }
        });
        return yields;
    }
}
