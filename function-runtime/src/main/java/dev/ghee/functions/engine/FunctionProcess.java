package dev.ghee.functions.engine;

import dev.ghee.contracts.AppId;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A workerd process that runs functions; of no app at first, then of one for good. */
final class FunctionProcess {
    private static final long BYTES_PER_MEGABYTE = 1024 * 1024;

    private static final long BREAK_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final WorkerdProcess workerd;
    private final HostSockets sockets;
    private final SocketAddress address;
    private final Set<InFlight> inFlight = ConcurrentHashMap.newKeySet();
    private final Map<String, Long> brokenOff = new ConcurrentHashMap<>();
    private final Map<String, SocketAddress> direct;
    private final Map<String, LongAdder> dispatched = new ConcurrentHashMap<>();
    private final AtomicInteger tunnels = new AtomicInteger();
    private volatile @Nullable AppId app;
    private volatile boolean progressed;
    private volatile long lastUse = System.nanoTime();
    private volatile int memoryMegabytes;
    private long cpuAtProgress;
    private volatile long privateBytes;

    FunctionProcess(WorkerdProcess workerd, HostSockets sockets, List<FunctionCode> direct) {
        this.workerd = workerd;
        this.sockets = sockets;
        this.address = workerd.socket("http.sock");
        Map<String, SocketAddress> own = new HashMap<>();
        for (FunctionCode code : direct) {
            own.put(id(code.function(), code.revision()), workerd.socket(FunctionProgram.socket(own.size())));
        }
        this.direct = Map.copyOf(own);
        sockets.ownedBy(this);
        workerd.exited().onComplete(_ -> sockets.close());
    }

    void assign(AppId owner) {
        app = owner;
        lastUse = System.nanoTime();
    }

    @Nullable
    AppId app() {
        return app;
    }

    WorkerdProcess workerd() {
        return workerd;
    }

    /** Of the dispatcher. */
    SocketAddress address() {
        return address;
    }

    static String id(String function, String revision) {
        return function + '@' + revision;
    }

    /** Where a function is called: at its own worker if it has one. */
    SocketAddress addressOf(String id) {
        SocketAddress own = direct.get(id);
        if (own != null) {
            return own;
        }
        dispatched.computeIfAbsent(id, _ -> new LongAdder()).increment();
        return address;
    }

    /** Functions that would deserve a worker of their own, beside those that have one. */
    List<String> busy(long calls) {
        return dispatched.entrySet().stream()
                .filter(counted -> counted.getValue().sum() >= calls)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Functions that have a worker of their own. */
    Set<String> direct() {
        return direct.keySet();
    }

    int loads() {
        return sockets.loads();
    }

    InFlight begin(Call call) {
        if (call.limits().memoryMegabytes() > memoryMegabytes) {
            memoryMegabytes = call.limits().memoryMegabytes();
        }
        var begun = new InFlight(this, call);
        inFlight.add(begun);
        return begun;
    }

    /** Has to be called once for each call that began. */
    void end(InFlight call, boolean broken) {
        if (broken) {
            brokenOff.put(call.function(), System.nanoTime());
        }
        inFlight.remove(call);
        lastUse = System.nanoTime();
        progressed = true;
    }

    /** Something came out of it. */
    void progressed() {
        progressed = true;
    }

    /** How long its dispatcher may be kept from answering by calls that may compute for so long. */
    Duration pingPatience() {
        return inFlight.stream()
                .map(call -> call.limits().cpuTime())
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO)
                .plusSeconds(2);
    }

    /** Names of the functions that were being called when it ended, which may have broken off before that is known. */
    List<String> functionsAtEnd() {
        long recently = System.nanoTime() - BREAK_NANOS;
        return Stream.concat(
                        inFlight.stream().map(InFlight::function),
                        brokenOff.entrySet().stream()
                                .filter(broken -> broken.getValue() - recently > 0)
                                .map(Map.Entry::getKey))
                .distinct()
                .toList();
    }

    boolean idle() {
        return inFlight.isEmpty() && tunnels.get() == 0;
    }

    /** For how long nobody has used it, in nanoseconds. */
    long idleFor(long now) {
        return idle() ? now - lastUse : 0;
    }

    AtomicInteger tunnels() {
        return tunnels;
    }

    /** At the last look. */
    long privateBytes() {
        return privateBytes;
    }

    int memoryLimitMegabytes(EngineConfig config) {
        return Math.min(memoryMegabytes, config.maxMemoryMegabytes()) + config.baseMemoryMegabytes();
    }

    /** Looks at what it uses and ends what is over its limits. Called by one thread, every now and then. */
    void watch(long now, EngineConfig config) {
        inFlight.forEach(call -> call.endIfLate(now));
        Optional<ProcessReading> read = workerd.reading();
        if (read.isEmpty()) {
            return;
        }
        long cpu = read.get().cpuMillis();
        privateBytes = read.get().privateBytes();
        if (progressed) {
            progressed = false;
            cpuAtProgress = cpu;
        }
        long used = cpu - cpuAtProgress;
        long allowed = inFlight.stream()
                .mapToLong(call -> call.limits().cpuTime().toMillis())
                .max()
                .orElse(config.idleCpuTime().toMillis());
        int megabytes = memoryLimitMegabytes(config);
        if (used > allowed) {
            workerd.kill(KillReason.CPU, used + " ms of processor time without an answer; " + allowed + " are allowed");
        } else if (privateBytes > megabytes * BYTES_PER_MEGABYTE) {
            workerd.kill(
                    KillReason.MEMORY,
                    privateBytes / BYTES_PER_MEGABYTE + " MiB in use; " + megabytes + " are allowed");
        }
    }
}
