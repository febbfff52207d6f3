package dev.ghee.functions.object.run;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.functions.engine.KillReason;
import dev.ghee.functions.engine.Workerd;
import dev.ghee.functions.object.place.AppStorage;
import dev.ghee.functions.object.place.Lease;
import dev.ghee.functions.object.store.ObjectClass;
import dev.ghee.functions.object.store.ObjectClasses;
import dev.ghee.functions.object.store.ObjectEnvironment;
import dev.ghee.functions.object.store.ObjectPlaces.Claim;
import dev.ghee.functions.object.store.ObjectUse.Used;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** One app's objects on this node: at most one process, whatever happens. Methods that wait belong on virtual threads. */
final class AppHost {
    private static final Logger LOG = Logger.getLogger(AppHost.class);
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(5);
    private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(10);
    /** Answers that another node has the objects are believed for so long. */
    private static final Duration REMEMBERED = Duration.ofSeconds(1);

    private static final int RENEWALS = 5;
    private static final Duration SHORT_LIFE = Duration.ofSeconds(5);

    private final AppId app;
    private final Keeping keeping;
    private final ObjectClasses classes;
    private final ObjectEnvironment environment;
    private final Workerd workerd;
    private final String network;
    private final ObjectsConfig config;
    /** Held while the process is started or ended. */
    private final ReentrantLock turn = new ReentrantLock();

    private volatile @Nullable RunningObjects running;
    private volatile @Nullable Instant nextAlarm;
    private volatile Instant notBefore = Instant.MIN;
    private Instant startedAt = Instant.MIN;
    private int failuresInARow;
    /** Another node has the objects, until about then; so long nobody asks the database again. */
    private volatile @Nullable Elsewhere elsewhere;

    private final AtomicBoolean tending = new AtomicBoolean();
    private long runningRevision;
    private Duration cpuCounted = Duration.ZERO;
    private Used unwritten = new Used(0, 0);

    AppHost(
            AppId app,
            Keeping keeping,
            ObjectClasses classes,
            ObjectEnvironment environment,
            Workerd workerd,
            String network,
            ObjectsConfig config) {
        this.app = app;
        this.keeping = keeping;
        this.classes = classes;
        this.environment = environment;
        this.workerd = workerd;
        this.network = network;
        this.config = config;
    }

    AppId app() {
        return app;
    }

    /** @param untilNanos by {@link System#nanoTime} */
    private record Elsewhere(Whereabouts.Elsewhere place, long untilNanos) {}

    /** Where the objects are, if that is known without waiting; null when {@link #ready} has to be asked. */
    @Nullable
    Whereabouts known() {
        RunningObjects now = current();
        if (now != null) {
            return new Whereabouts.Here(now);
        }
        Elsewhere other = elsewhere;
        return other != null && System.nanoTime() - other.untilNanos() < 0 ? other.place() : null;
    }

    /** What runs and may be used at once, or null. */
    @Nullable
    RunningObjects current() {
        RunningObjects now = running;
        return now != null && now.usable() && keeping.held() ? now : null;
    }

    /** Starts the process unless it runs, here or elsewhere. */
    Whereabouts ready(AppState state) {
        turn.lock();
        try {
            RunningObjects now = current();
            if (now != null) {
                return new Whereabouts.Here(now);
            }
            afterUnwantedEnd();
            Duration wait = Duration.between(Instant.now(), notBefore);
            if (wait.isPositive()) {
                throw new GheeException(
                                ErrorCode.SERVICE_BUSY, "The app's objects ended unexpectedly and start again soon")
                        .withHeader("Retry-After", Long.toString(wait.toSeconds() + 1));
            }
            return start(state);
        } catch (ObjectProcess.StartException | IOException e) {
            backOff();
            throw new GheeException(ErrorCode.SERVICE_BUSY, "The app's objects could not be started", e)
                    .withHeader("Retry-After", "1");
        } finally {
            turn.unlock();
        }
    }

    private Whereabouts start(AppState state) throws ObjectProcess.StartException, IOException {
        if (Definition.of(classes.list(state), Map.of()).classes().isEmpty()) {
            nextAlarm = null;
            return new Whereabouts.Nowhere();
        }
        Optional<Claim.Elsewhere> other = keeping.take(state);
        if (other.isPresent()) {
            // Alarms are the other node's from now on.
            nextAlarm = null;
            var place = new Whereabouts.Elsewhere(other.get().address());
            elsewhere = new Elsewhere(
                    place,
                    System.nanoTime() + min(REMEMBERED, other.get().left()).toNanos());
            return place;
        }
        // Read after the lease was: whatever changes now, the lease will tell.
        List<ObjectClass> deployed = classes.list(state);
        keeping.keepOnly(deployed.stream().map(ObjectClass::id).collect(Collectors.toSet()));
        Definition definition = Definition.of(deployed, environment.values(state));
        runningRevision = Objects.requireNonNull(keeping.lease()).revision();
        var program = new ObjectProgram(definition, network, config.maxMemoryMegabytes());
        AppStorage storage = keeping.storage();
        ObjectProcess process = ObjectProcess.start(workerd, program.storingIn(app, storage.directory()), storage);
        var started = new RunningObjects(definition, process, config);
        startedAt = Instant.now();
        cpuCounted = Duration.ZERO;
        running = started;
        LOG.infof(
                "Objects started: app=%s classes=%d", app, definition.classes().size());
        return new Whereabouts.Here(started);
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** It crashed, or was killed: not to be started again and again without a pause. */
    private void afterUnwantedEnd() {
        RunningObjects ended = running;
        running = null;
        if (ended == null || !ended.process().wanted()) {
            return;
        }
        count(ended);
        ended.process().kill();
        readAlarms();
        if (Duration.between(startedAt, Instant.now()).compareTo(SHORT_LIFE) < 0) {
            backOff();
        } else {
            failuresInARow = 0;
        }
        LOG.warnf("Objects ended unexpectedly: app=%s", app);
    }

    private void backOff() {
        // The first time it may have been chance.
        Duration pause = failuresInARow == 0 ? Duration.ZERO : Duration.ofMillis(250L << Math.min(failuresInARow, 10));
        failuresInARow++;
        notBefore = Instant.now().plus(pause.compareTo(LONGEST_BACK_OFF) > 0 ? LONGEST_BACK_OFF : pause);
    }

    /**
     * Ends the process, such as for new code to take over: requests that have begun end, the next one starts it again.
     * What the objects stored is copied, and other nodes may take over.
     */
    void end(AppState state) {
        turn.lock();
        try {
            endProcess();
            finish(state);
        } finally {
            turn.unlock();
        }
    }

    private void endProcess() {
        RunningObjects ended = running;
        if (ended != null) {
            ended.end(DRAIN_LIMIT);
            count(ended);
            running = null;
            failuresInARow = 0;
            readAlarms();
        }
    }

    /** Nothing runs: the lease can go once everything is copied. Until then it is kept, and this done again. */
    private void finish(AppState state) {
        if (keeping.lease() == null) {
            return;
        }
        try {
            keeping.keepOnly(classes.list(state).stream().map(ObjectClass::id).collect(Collectors.toSet()));
            keeping.copy();
            keeping.release(state);
        } catch (IOException | GheeException e) {
            LOG.warnf("Objects' storage is given up later: app=%s cause=%s", app, e.getMessage());
        }
    }

    /** To be called again and again: keeps the lease, and what follows from it. Does not wait. */
    void tend(AppState state, Executor work) {
        Lease lease = keeping.lease();
        if (lease == null) {
            return;
        }
        RunningObjects now = running;
        if (!lease.valid() && now != null && now.process().alive()) {
            // Another node may take over any moment: whatever is not stored by now must not be.
            LOG.warnf("Objects are killed, their lease could not be renewed: app=%s", app);
            now.process().killFor(KillReason.UNRESPONSIVE, "its lease could not be renewed");
        }
        boolean due = lease.age().compareTo(config.lease().dividedBy(RENEWALS)) > 0;
        boolean copy = keeping.copiedAt().plus(config.snapshotInterval()).isBefore(Instant.now());
        if ((due || copy) && tending.compareAndSet(false, true)) {
            work.execute(() -> {
                try {
                    tendNow(state, copy);
                } catch (IOException | GheeException e) {
                    LOG.warnf("Objects' lease or copy: app=%s cause=%s", app, e.getMessage());
                } finally {
                    tending.set(false);
                }
            });
        }
    }

    private void tendNow(AppState state, boolean copy) throws IOException {
        if (!keeping.renew(state)) {
            RunningObjects now = running;
            if (now != null) {
                LOG.warnf("Objects are killed, another node has taken over: app=%s", app);
                now.process().killFor(KillReason.UNRESPONSIVE, "another node has taken over");
            }
            return;
        }
        if (!endIfOutdated(state) && copy) {
            keeping.copy();
        }
    }

    private boolean endIfOutdated(AppState state) {
        turn.lock();
        try {
            Lease lease = keeping.lease();
            if (running != null && lease != null && lease.revision() == runningRevision) {
                return false;
            }
            endProcess();
            finish(state);
            return true;
        } finally {
            turn.unlock();
        }
    }

    private void readAlarms() {
        try {
            nextAlarm = keeping.storage().nextAlarm().orElse(null);
        } catch (IOException e) {
            LOG.warnf("Alarms cannot be read: app=%s cause=%s", app, e.getMessage());
        }
    }

    /** Ends the process when nothing is going on and no alarm is about to fire. */
    void endIfIdle(AppState state) throws IOException {
        RunningObjects now = current();
        if (now == null || now.idle().compareTo(config.idleTimeout()) < 0) {
            return;
        }
        Optional<Instant> alarm = keeping.storage().nextAlarm();
        if (alarm.isEmpty() || alarm.get().isAfter(Instant.now().plus(config.idleTimeout()))) {
            LOG.infof("Objects are idle and end: app=%s", app);
            end(state);
        }
    }

    /** Whether an alarm wants the process that does not run. */
    boolean due() {
        RunningObjects now = running;
        if (now != null) {
            // Whatever alarms it had are unknown to us; it reads them when it starts.
            return !now.usable() && now.process().wanted();
        }
        Instant alarm = nextAlarm;
        return alarm != null && !Instant.now().isBefore(alarm) && !Instant.now().isBefore(notBefore);
    }

    /** Ends the process and deletes what its objects stored. */
    void delete() throws IOException {
        turn.lock();
        try {
            endProcess();
            keeping.delete();
            nextAlarm = null;
        } finally {
            turn.unlock();
        }
    }

    /** Looks for alarms of a storage that was found at the start. */
    void findAlarms() throws IOException {
        turn.lock();
        try {
            if (running == null) {
                keeping.storage().endStray();
                readAlarms();
            }
        } finally {
            turn.unlock();
        }
    }

    /** What was used since this was asked last. */
    synchronized Used takeUse() {
        RunningObjects now = running;
        if (now != null) {
            count(now);
        }
        Used used = unwritten;
        unwritten = new Used(0, 0);
        return used;
    }

    /** Was not written after all. */
    synchronized void giveBack(Used used) {
        unwritten = new Used(unwritten.requests() + used.requests(), unwritten.cpuMillis() + used.cpuMillis());
    }

    private synchronized void count(RunningObjects objects) {
        Duration cpu = objects.process().cpuTime();
        long more = Math.max(0, cpu.minus(cpuCounted).toMillis());
        cpuCounted = cpuCounted.plusMillis(more);
        unwritten = new Used(unwritten.requests() + objects.takeServed(), unwritten.cpuMillis() + more);
    }
}
