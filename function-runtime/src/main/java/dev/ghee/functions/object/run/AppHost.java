package dev.ghee.functions.object.run;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.functions.engine.Workerd;
import dev.ghee.functions.object.place.AppStorage;
import dev.ghee.functions.object.store.ObjectClass;
import dev.ghee.functions.object.store.ObjectClasses;
import dev.ghee.functions.object.store.ObjectEnvironment;
import dev.ghee.functions.object.store.ObjectUse.Used;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** One app's objects on this node: at most one process, whatever happens. Methods that wait belong on virtual threads. */
final class AppHost {
    private static final Logger LOG = Logger.getLogger(AppHost.class);
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(5);
    private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(10);
    private static final Duration SHORT_LIFE = Duration.ofSeconds(5);

    private final AppId app;
    private final AppStorage storage;
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
    private Duration cpuCounted = Duration.ZERO;
    private Used unwritten = new Used(0, 0);

    AppHost(
            AppId app,
            AppStorage storage,
            ObjectClasses classes,
            ObjectEnvironment environment,
            Workerd workerd,
            String network,
            ObjectsConfig config) {
        this.app = app;
        this.storage = storage;
        this.classes = classes;
        this.environment = environment;
        this.workerd = workerd;
        this.network = network;
        this.config = config;
    }

    AppId app() {
        return app;
    }

    /** What runs and may be used at once; null when {@link #ready} has to be asked. */
    @Nullable
    RunningObjects current() {
        RunningObjects now = running;
        return now != null && now.usable() ? now : null;
    }

    /** Starts the process unless it runs. Empty when the app has no class that could run. */
    Optional<RunningObjects> ready(AppState state) {
        turn.lock();
        try {
            RunningObjects now = current();
            if (now != null) {
                return Optional.of(now);
            }
            afterUnwantedEnd();
            Duration wait = Duration.between(Instant.now(), notBefore);
            if (wait.isPositive()) {
                throw new GheeException(
                                ErrorCode.SERVICE_BUSY, "The app's objects ended unexpectedly and start again soon")
                        .withHeader("Retry-After", Long.toString(wait.toSeconds() + 1));
            }
            return start(state);
        } finally {
            turn.unlock();
        }
    }

    private Optional<RunningObjects> start(AppState state) {
        List<ObjectClass> deployed = classes.list(state);
        try {
            storage.endStray();
            storage.keepOnly(deployed.stream().map(ObjectClass::id).collect(Collectors.toSet()));
            Definition definition = Definition.of(deployed, environment.values(state));
            if (definition.classes().isEmpty()) {
                nextAlarm = null;
                return Optional.empty();
            }
            storage.create();
            var program = new ObjectProgram(definition, network, config.maxMemoryMegabytes());
            ObjectProcess process = ObjectProcess.start(workerd, program.storingIn(app, storage.directory()), storage);
            var started = new RunningObjects(definition, process, config);
            startedAt = Instant.now();
            cpuCounted = Duration.ZERO;
            running = started;
            LOG.infof(
                    "Objects started: app=%s classes=%d",
                    app, definition.classes().size());
            return Optional.of(started);
        } catch (ObjectProcess.StartException | IOException e) {
            backOff();
            throw new GheeException(ErrorCode.SERVICE_BUSY, "The app's objects could not be started", e)
                    .withHeader("Retry-After", "1");
        }
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

    /** Ends the process, such as for new code to take over: requests that have begun end, the next one starts it again. */
    void end() {
        turn.lock();
        try {
            RunningObjects ended = running;
            if (ended != null) {
                ended.end(DRAIN_LIMIT);
                count(ended);
                running = null;
                failuresInARow = 0;
            }
            readAlarms();
        } finally {
            turn.unlock();
        }
    }

    private void readAlarms() {
        try {
            nextAlarm = storage.nextAlarm().orElse(null);
        } catch (IOException e) {
            LOG.warnf("Alarms cannot be read: app=%s cause=%s", app, e.getMessage());
        }
    }

    /** Ends the process when nothing is going on and no alarm is about to fire. */
    void endIfIdle() throws IOException {
        RunningObjects now = current();
        if (now == null || now.idle().compareTo(config.idleTimeout()) < 0) {
            return;
        }
        Optional<Instant> alarm = storage.nextAlarm();
        if (alarm.isEmpty() || alarm.get().isAfter(Instant.now().plus(config.idleTimeout()))) {
            LOG.infof("Objects are idle and end: app=%s", app);
            end();
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
            end();
            storage.endStray();
            storage.delete();
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
                storage.endStray();
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
