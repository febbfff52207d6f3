package dev.ghee.storage.sweep;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.contracts.Topics;
import dev.ghee.storage.object.ObjectStore;
import dev.ghee.storage.object.StorageConfig;
import dev.ghee.tenancy.directory.AppDirectory;
import dev.ghee.tenancy.topic.StateTopics;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * When which app is looked after: at once after a change, then ever more rarely while uploads are awaited, and now and
 * then when nothing happens, since a process that died may have left something undone.
 */
@ApplicationScoped
class Rounds {
    private static final Logger LOG = Logger.getLogger(Rounds.class);
    private static final Duration TICK = Duration.ofMillis(100);
    /** At most so often for one app, however much happens. */
    private static final Duration BREATH = Duration.ofSeconds(1);

    private static final Duration FIRST_LOOK = Duration.ofSeconds(2);
    /** After a start every app has its turn within this time. */
    private static final Duration START = Duration.ofMinutes(5);

    private static final int MOST_AT_ONCE = 4;

    private final FollowUp work;
    private final Orphans orphans;
    private final StorageConfig config;
    private final AppDirectory apps;
    private final ObjectStore objects;
    private final StateTopics topics;
    private final Map<AppId, Turn> turns = new ConcurrentHashMap<>();
    private final Semaphore room = new Semaphore(MOST_AT_ONCE);
    private final CountDownLatch closing = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("rounds-", 0).factory());

    Rounds(
            FollowUp work,
            Orphans orphans,
            StorageConfig config,
            AppDirectory apps,
            ObjectStore objects,
            StateTopics topics) {
        this.work = work;
        this.orphans = orphans;
        this.config = config;
        this.apps = apps;
        this.objects = objects;
        this.topics = topics;
    }

    /** When an app is next looked after. Guarded by itself; times as of {@link System#nanoTime()}. */
    private static final class Turn {
        private long due;
        private long last = System.nanoTime() - BREATH.toNanos();
        private boolean running;
        private boolean again;
        private Duration pause = FIRST_LOOK;

        Turn(long due) {
            this.due = due;
        }
    }

    void start(@Observes StartupEvent event) {
        objects.onChange(this::changed);
        apps.onChange(this::heard);
        apps.all().forEach(this::heard);
        threads.execute(this::run);
    }

    void stop(@Observes ShutdownEvent event) {
        closing.countDown();
    }

    private void heard(AppState app) {
        long spread = ThreadLocalRandom.current().nextLong(START.toNanos());
        Turn turn = turns.computeIfAbsent(app.appId(), _ -> new Turn(System.nanoTime() + spread));
        if (app.status() == AppState.Status.DELETING) {
            synchronized (turn) {
                turn.due = System.nanoTime();
            }
        }
    }

    private void changed(AppState app) {
        long now = System.nanoTime();
        Turn turn = turns.computeIfAbsent(app.appId(), _ -> new Turn(now));
        synchronized (turn) {
            turn.again = true;
            turn.pause = FIRST_LOOK;
            turn.due = Math.min(turn.due - now, Math.max(0, turn.last + BREATH.toNanos() - now)) + now;
        }
    }

    private void run() {
        try {
            makeTopic();
            while (!closing.await(TICK.toMillis(), TimeUnit.MILLISECONDS)) {
                long now = System.nanoTime();
                turns.forEach((app, turn) -> {
                    synchronized (turn) {
                        if (!turn.running && turn.due - now <= 0 && room.tryAcquire()) {
                            turn.running = true;
                            turn.again = false;
                            threads.execute(() -> go(app, turn));
                        }
                    }
                });
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void makeTopic() throws InterruptedException {
        boolean made = false;
        while (!made && !closing.await(TICK.toMillis(), TimeUnit.MILLISECONDS)) {
            try {
                topics.createMissingLogs(List.of(Topics.OBJECTS));
                made = true;
            } catch (ExecutionException e) {
                LOG.warnf("Kafka is not there yet: %s", e.getMessage());
            }
        }
    }

    private void go(AppId app, Turn turn) {
        Duration next = config.sweepInterval();
        try {
            next = look(app, turn);
        } catch (RuntimeException e) {
            LOG.warnf("What follows from changes waits: app=%s cause=%s", app, e.getMessage());
        } finally {
            room.release();
            synchronized (turn) {
                turn.running = false;
                turn.last = System.nanoTime();
                turn.due = turn.last + (turn.again ? BREATH : next).toNanos();
            }
        }
    }

    private Duration look(AppId id, Turn turn) {
        AppState app = apps.known(id).orElse(null);
        if (app == null) {
            turns.remove(id, turn);
            return config.idleSweepInterval();
        }
        return switch (app.status()) {
            case READY, MIGRATING ->
                switch (work.round(app)) {
                    case NOTHING -> config.idleSweepInterval();
                    case UPLOADS -> longer(turn);
                    case SOMEBODY -> BREATH;
                };
            case DELETING -> {
                orphans.deleteAll(app);
                yield config.idleSweepInterval();
            }
            case PROVISIONING, FAILED -> config.idleSweepInterval();
        };
    }

    private Duration longer(Turn turn) {
        synchronized (turn) {
            Duration pause = turn.pause;
            turn.pause = pause.multipliedBy(2).compareTo(config.sweepInterval()) > 0
                    ? config.sweepInterval()
                    : pause.multipliedBy(2);
            return pause;
        }
    }
}
