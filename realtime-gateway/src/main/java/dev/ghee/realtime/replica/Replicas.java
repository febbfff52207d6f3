package dev.ghee.realtime.replica;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.Contracts;
import dev.ghee.contracts.ReplicaState;
import dev.ghee.contracts.Topics;
import dev.ghee.realtime.replica.ReplicaTable.Change;
import dev.ghee.tenancy.topic.SharedTopics;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The live processes of this service. Each writes a sign of life every second to {@code ghee.realtime-replicas}, and at
 * once when the apps with subscribers there change; it is gone when it said so or was silent for five seconds. While
 * Kafka is away nobody is given up. Reading takes no lock; safe for any thread.
 */
@ApplicationScoped
public class Replicas {
    private static final Logger LOG = Logger.getLogger(Replicas.class);
    /** Apps come and go one by one, but are told together. */
    private static final Duration GATHERING = Duration.ofMillis(100);
    /** Every so many beats the whole list is told, in case a record was lost. */
    private static final int WHOLE_EVERY = 10;

    private static final Duration GOODBYE_LIMIT = Duration.ofSeconds(1);
    /** After features have ended their work, before the topics are closed. */
    private static final int LATE = 4000;

    private final ReplicaId self = ReplicaId.random();
    private final Instant startedAt = Instant.now();
    private final SharedTopics topics;
    private final ReplicaTable table = new ReplicaTable(self);
    private final CompletableFuture<Void> settled = new CompletableFuture<>();
    private final List<Consumer<ReplicaId>> appearedListeners = new CopyOnWriteArrayList<>();
    private final List<Consumer<ReplicaId>> goneListeners = new CopyOnWriteArrayList<>();
    /** A permit when there is something to say at once. */
    private final Semaphore news = new Semaphore(0);

    private volatile Map<ReplicaId, Set<AppId>> others = Map.of();
    private final Set<AppId> interest = ConcurrentHashMap.newKeySet();
    private volatile @Nullable Set<AppId> told;
    private volatile boolean stopping;
    private @Nullable Thread thread;

    Replicas(SharedTopics topics, MeterRegistry metrics) {
        this.topics = topics;
        metrics.gauge(
                "ghee.realtime.replicas", this, replicas -> replicas.live().size());
    }

    void start(@Observes StartupEvent event) {
        topics.followEvents(Topics.REALTIME_REPLICAS, this::accept);
        // Not a virtual thread: those share the processors without being interrupted, and a beat must not wait for
        // them.
        thread = Thread.ofPlatform().daemon().name("replica-beat").start(this::beat);
        LOG.infof("Replica: id=%s", self);
    }

    public ReplicaId self() {
        return self;
    }

    /** Everybody alive, this process included. */
    public SortedSet<ReplicaId> live() {
        SortedSet<ReplicaId> live = new TreeSet<>(others.keySet());
        live.add(self);
        return live;
    }

    public boolean isLive(ReplicaId replica) {
        return replica.equals(self) || others.containsKey(replica);
    }

    /** Whether another replica has been heard just now; one that was killed stays {@link #isLive live} for some seconds. */
    synchronized boolean isFresh(ReplicaId replica) {
        return table.fresh(replica, System.nanoTime());
    }

    /** Everybody alive who has subscribers of the app. */
    public SortedSet<ReplicaId> interestedIn(AppId app) {
        SortedSet<ReplicaId> interested = new TreeSet<>();
        others.forEach((id, apps) -> {
            if (apps.contains(app)) {
                interested.add(id);
            }
        });
        if (interest.contains(app)) {
            interested.add(self);
        }
        return interested;
    }

    /** There are subscribers of the app here. The others know within a fraction of a second. */
    public void addInterest(AppId app) {
        if (interest.add(app)) {
            news.release();
        }
    }

    /** There are no more subscribers of the app here. */
    public void removeInterest(AppId app) {
        if (interest.remove(app)) {
            news.release();
        }
    }

    /** Completes once every replica alive is known; a second or two after the start, later while Kafka is away. */
    public CompletableFuture<Void> settled() {
        return settled;
    }

    /** Called for each other replica that is heard of for the first time. Must be quick; never two at once. */
    public void onAppeared(Consumer<ReplicaId> listener) {
        appearedListeners.add(listener);
    }

    /** Called for each other replica that has ended, after which it is no longer {@link #live}. Like the other. */
    public void onGone(Consumer<ReplicaId> listener) {
        goneListeners.add(listener);
    }

    private void beat() {
        try {
            for (int count = 0; !stopping; count++) {
                say(count % WHOLE_EVERY == 0);
                expire(System.nanoTime());
                if (news.tryAcquire(ReplicaTable.BEAT.toMillis(), TimeUnit.MILLISECONDS)) {
                    Thread.sleep(GATHERING);
                    news.drainPermits();
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("No more signs of life");
        }
    }

    private void say(boolean whole) {
        Set<AppId> apps = Set.copyOf(interest);
        boolean list = whole || !apps.equals(told);
        var state = new ReplicaState(self.value(), startedAt, false, list ? List.copyOf(apps) : null);
        told = apps;
        write(state).exceptionally(failure -> {
            told = null;
            LOG.debugf("Sign of life not written: cause=%s", failure);
            return null;
        });
    }

    private CompletableFuture<Void> write(ReplicaState state) {
        String key = self.value();
        return topics.write(Topics.REALTIME_REPLICAS, key, key, Contracts.write(state));
    }

    private void accept(ConsumerRecord<String, byte[]> record) {
        if (record.value() == null) {
            return;
        }
        try {
            accept(Contracts.read(record.value(), ReplicaState.class), System.nanoTime());
        } catch (IOException e) {
            LOG.warnf("Unreadable sign of life: offset=%d", record.offset());
        }
    }

    private synchronized void accept(ReplicaState state, long now) {
        Change change = table.heard(state, now);
        others = table.others();
        ReplicaId id = new ReplicaId(state.replicaId());
        switch (change) {
            case APPEARED -> {
                LOG.infof("Replica appeared: id=%s", id);
                // It has not heard our list.
                told = null;
                news.release();
                appearedListeners.forEach(listener -> listener.accept(id));
            }
            case GONE -> tellGone(id, "said goodbye");
            case NONE -> {}
        }
    }

    private synchronized void expire(long now) {
        boolean blind = table.blind();
        Set<ReplicaId> gone = table.expire(now);
        others = table.others();
        gone.forEach(id -> tellGone(id, "is silent"));
        if (!blind && table.blind()) {
            LOG.warn("Replicas do not hear themselves, so they do not judge each other");
        }
        if (table.settled(now)) {
            settled.complete(null);
        }
    }

    private void tellGone(ReplicaId id, String why) {
        LOG.infof("Replica gone: id=%s, it %s", id, why);
        goneListeners.forEach(listener -> listener.accept(id));
    }

    void stop(@Observes @Priority(LATE) ShutdownEvent event) {
        stopping = true;
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
        write(new ReplicaState(self.value(), startedAt, true, null))
                .exceptionally(_ -> null)
                .completeOnTimeout(null, GOODBYE_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }
}
