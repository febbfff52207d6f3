package dev.ghee.functions.engine;

import dev.ghee.contracts.AppId;
import dev.ghee.errors.GheeException;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One app's calls: which process they go to, how many at once, and who waits. A process that has loaded a lot is
 * replaced by another one while it finishes what it has.
 */
final class AppCalls {
    /** Ends in a row that cost nothing: a process may just have been unlucky. */
    private static final int FREE_STRIKES = 2;

    private static final long STRIKE_MEMORY_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final long FIRST_PAUSE_MILLIS = 250;
    private static final long LONGEST_PAUSE_MILLIS = 15_000;

    private static final long REPLACEMENT_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final int MOST_DIRECT = 16;

    /** A call whose turn has not come. */
    private record Waiting(
            Call call, Promise<InFlight> turn, @Nullable Context context, long deadline) {
        void begin(InFlight begun) {
            run(() -> turn.complete(begun));
        }

        void refuse(GheeException failure) {
            run(() -> turn.fail(failure));
        }

        private void run(Runnable action) {
            if (context == null) {
                action.run();
            } else {
                context.runOnContext(_ -> action.run());
            }
        }
    }

    private final AppId app;
    private final FunctionProcesses processes;
    private final EngineConfig config;
    private final Semaphore all;
    private final Room room;
    private final EngineMetrics metrics;
    private final ExitListener exits;

    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private final List<Draining> draining = new ArrayList<>();
    private @Nullable FunctionProcess current;
    private boolean starting;
    private int running;
    private int strikes;
    private long lastStrike;
    private long pauseEnd;
    private long nextReplacement = System.nanoTime();

    private record Draining(FunctionProcess process, long end) {}

    /** Told when a process of the app has ended. */
    interface ExitListener {
        void ended(AppId app, FunctionProcess process, List<String> functions, WorkerdExit exit);
    }

    AppCalls(
            AppId app,
            FunctionProcesses processes,
            EngineConfig config,
            Semaphore all,
            Room room,
            EngineMetrics metrics,
            ExitListener exits) {
        this.app = app;
        this.processes = processes;
        this.config = config;
        this.all = all;
        this.room = room;
        this.metrics = metrics;
        this.exits = exits;
    }

    /** Completes when the call has its place, on the caller's context. */
    Future<InFlight> admit(Call call) {
        lock.lock();
        try {
            FunctionProcess process = current;
            if (process != null
                    && waiting.isEmpty()
                    && running < config.maxCallsPerApp()
                    && !process.workerd().ending()
                    && all.tryAcquire()) {
                running++;
                return Future.succeededFuture(process.begin(call));
            }
            if (waiting.size() >= config.maxWaitingPerApp()) {
                return Future.failedFuture(Refusals.appIsFull());
            }
            if (process == null && System.nanoTime() - pauseEnd < 0) {
                return Future.failedFuture(
                        Refusals.backingOff(TimeUnit.NANOSECONDS.toSeconds(pauseEnd - System.nanoTime()) + 1));
            }
            Promise<InFlight> turn = Promise.promise();
            long deadline = System.nanoTime() + config.waitTimeout().toNanos();
            waiting.add(new Waiting(call, turn, Vertx.currentContext(), deadline));
            admitWaiting();
            return turn.future();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Has to be called once for each call that got its place.
     *
     * @param broken it ended before its answer was complete
     */
    void end(InFlight call, boolean broken) {
        call.process().end(call, broken);
        all.release();
        lock.lock();
        try {
            running--;
            if (!waiting.isEmpty()) {
                admitWaiting();
            }
        } finally {
            lock.unlock();
        }
    }

    private void admitWaiting() {
        FunctionProcess process = current;
        if (process == null || process.workerd().ending()) {
            startProcess();
            return;
        }
        while (!waiting.isEmpty() && running < config.maxCallsPerApp() && all.tryAcquire()) {
            running++;
            Waiting next = waiting.remove();
            next.begin(process.begin(next.call()));
        }
    }

    private void startProcess() {
        if (starting || waiting.isEmpty() || System.nanoTime() - pauseEnd < 0) {
            return;
        }
        // Who is to be replaced has room already.
        if (current == null && !room.tryTake()) {
            return;
        }
        starting = true;
        processes.take().onComplete(taken -> {
            lock.lock();
            try {
                starting = false;
                if (taken.succeeded()) {
                    use(taken.result());
                } else {
                    if (current == null) {
                        room.give();
                    }
                    strike();
                    refuseAll(Refusals.noProcess(taken.cause()));
                }
            } finally {
                lock.unlock();
            }
        });
    }

    private void use(FunctionProcess process) {
        process.assign(app);
        FunctionProcess former = current;
        current = process;
        metrics.started();
        process.workerd().exited().onSuccess(exit -> ended(process, exit));
        if (former != null && !former.workerd().ending()) {
            draining.add(new Draining(
                    former, System.nanoTime() + config.drainTimeout().toNanos()));
        }
        admitWaiting();
    }

    private void ended(FunctionProcess process, WorkerdExit exit) {
        List<String> functions = process.functionsAtEnd();
        lock.lock();
        try {
            draining.removeIf(old -> old.process() == process);
            if (current == process) {
                current = null;
                if (!starting) {
                    room.give();
                }
                if (exit.reason() != null) {
                    strike();
                }
                admitWaiting();
            }
        } finally {
            lock.unlock();
        }
        exits.ended(app, process, functions, exit);
    }

    private void strike() {
        long now = System.nanoTime();
        strikes = now - lastStrike < STRIKE_MEMORY_NANOS ? strikes + 1 : 1;
        lastStrike = now;
        if (strikes > FREE_STRIKES) {
            long pause = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(10, strikes - FREE_STRIKES - 1));
            pauseEnd = now + TimeUnit.MILLISECONDS.toNanos(pause);
        } else {
            pauseEnd = now;
        }
    }

    private void refuseAll(GheeException failure) {
        while (!waiting.isEmpty()) {
            waiting.remove().refuse(failure);
        }
    }

    /** Watches the processes and refuses who has waited for too long. Called by one thread, every now and then. */
    void watch(long now) {
        List<FunctionProcess> watched = new ArrayList<>();
        lock.lock();
        try {
            if (current != null) {
                watched.add(current);
                replaceIfWorn(current, now);
                replaceIfBusy(current, now);
            }
            for (Draining old : List.copyOf(draining)) {
                watched.add(old.process());
                if (old.process().idle() || now - old.end() > 0) {
                    old.process().workerd().stop();
                }
            }
            while (!waiting.isEmpty() && now - waiting.peek().deadline() > 0) {
                waiting.remove().refuse(running >= config.maxCallsPerApp() ? Refusals.appIsFull() : Refusals.allFull());
            }
            if (!waiting.isEmpty()) {
                admitWaiting();
            }
        } finally {
            lock.unlock();
        }
        watched.forEach(process -> process.watch(now, config));
    }

    /** Old revisions, and what calls leave behind, stay in a process's memory; another one takes over in time. */
    private void replaceIfWorn(FunctionProcess process, long now) {
        boolean full = process.privateBytes() / 1024 / 1024 > process.memoryLimitMegabytes(config) * 3L / 4;
        boolean worn = full || process.loads() >= config.maxLoads();
        if (!worn || starting || process.workerd().ending() || now - nextReplacement < 0) {
            return;
        }
        nextReplacement = now + REPLACEMENT_PAUSE_NANOS;
        starting = true;
        processes.take().onComplete(this::replaced);
    }

    /** Gives those functions workers of their own that are called a lot. Not often: a process costs memory and time. */
    private void replaceIfBusy(FunctionProcess process, long now) {
        List<String> busy = process.busy(config.directAfterCalls());
        if (busy.isEmpty() || starting || process.workerd().ending() || now - nextReplacement < 0) {
            return;
        }
        starting = true;
        nextReplacement = now + REPLACEMENT_PAUSE_NANOS;
        List<Future<FunctionCode>> codes = Stream.concat(busy.stream(), process.direct().stream())
                .limit(MOST_DIRECT)
                .map(this::code)
                .toList();
        // A revision may be gone by now; it needs no worker.
        Future.join(codes)
                .transform(_ -> processes.createFor(codes.stream()
                        .filter(Future::succeeded)
                        .map(Future::result)
                        .toList()))
                .onComplete(this::replaced);
    }

    private Future<FunctionCode> code(String id) {
        int at = id.lastIndexOf('@');
        return processes.code(app, id.substring(0, at), id.substring(at + 1));
    }

    private void replaced(AsyncResult<FunctionProcess> taken) {
        lock.lock();
        try {
            starting = false;
            if (taken.succeeded()) {
                use(taken.result());
            } else if (current == null) {
                room.give();
            }
        } finally {
            lock.unlock();
        }
    }

    /** For how long nobody has called, in nanoseconds; 0 when somebody does, or when there is no process to end. */
    long idleFor(long now) {
        lock.lock();
        try {
            FunctionProcess process = current;
            return process == null || starting || !waiting.isEmpty() ? 0 : process.idleFor(now);
        } finally {
            lock.unlock();
        }
    }

    OptionalLong process() {
        lock.lock();
        try {
            return current == null
                    ? OptionalLong.empty()
                    : OptionalLong.of(current.workerd().pid());
        } finally {
            lock.unlock();
        }
    }

    boolean hasProcess() {
        lock.lock();
        try {
            return current != null || starting;
        } finally {
            lock.unlock();
        }
    }

    /** Ends the process if nobody uses it. */
    void rest() {
        lock.lock();
        try {
            FunctionProcess process = current;
            if (process != null && process.idle() && waiting.isEmpty() && !starting) {
                current = null;
                room.give();
                process.workerd().discard();
                metrics.rested();
            }
        } finally {
            lock.unlock();
        }
    }
}
