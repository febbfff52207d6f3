package dev.ghee.functions.engine;

import dev.ghee.contracts.AppId;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Gives out processes for functions. They all begin alike, so a few wait for whoever needs one next, and an app's cold
 * start is no more than the load of its code.
 */
@ApplicationScoped
class FunctionProcesses {
    private final Workerd workerd;
    private final Supplier<HostSockets> sockets;
    private final Supplier<FunctionCodeSource> code;
    private final int prestarted;
    private final FunctionProgram program;
    private final WorkerdProgram generic;
    private final ArrayDeque<FunctionProcess> waiting = new ArrayDeque<>();
    /** Whether there is anybody to give code. */
    private final boolean complete;

    private int starting;
    private boolean closed;

    @Inject
    FunctionProcesses(
            Vertx vertx,
            Workerd workerd,
            Instance<FunctionCodeSource> code,
            Instance<HostHandler> host,
            EngineConfig config) {
        this(
                workerd,
                () -> new HostSockets(vertx, code.get(), host.get()),
                code::get,
                config,
                code.isResolvable() && host.isResolvable());
    }

    FunctionProcesses(Vertx vertx, Workerd workerd, FunctionCodeSource code, HostHandler host, EngineConfig config) {
        this(workerd, () -> new HostSockets(vertx, code, host), () -> code, config, true);
    }

    private FunctionProcesses(
            Workerd workerd,
            Supplier<HostSockets> sockets,
            Supplier<FunctionCodeSource> code,
            EngineConfig config,
            boolean complete) {
        this.complete = complete;
        this.workerd = workerd;
        this.sockets = sockets;
        this.code = code;
        this.prestarted = config.prestarted();
        program = new FunctionProgram(config);
        generic = program.with(List.of());
    }

    void start(@Observes StartupEvent event) {
        if (complete) {
            refill();
        }
    }

    /** A process that is no app's yet. Fails when none can be started. */
    Future<FunctionProcess> take() {
        FunctionProcess ready;
        synchronized (this) {
            do {
                ready = waiting.poll();
            } while (ready != null && ready.workerd().ending());
        }
        refill();
        return ready != null ? Future.succeededFuture(ready) : create();
    }

    private void refill() {
        synchronized (this) {
            if (closed || waiting.size() + starting >= prestarted) {
                return;
            }
            starting++;
        }
        create().onComplete(created -> {
            synchronized (this) {
                starting--;
                if (created.succeeded()) {
                    waiting.add(created.result());
                }
            }
            if (created.succeeded()) {
                refill();
            }
        });
    }

    private Future<FunctionProcess> create() {
        return create(generic, sockets.get(), List.of());
    }

    /** A process that has workers of their own for these functions, as far as they can have some. */
    Future<FunctionProcess> createFor(List<FunctionCode> functions) {
        List<FunctionCode> direct =
                functions.stream().filter(FunctionProgram::canBeDirect).toList();
        return create(program.with(direct), sockets.get(), direct);
    }

    /** What processes load. */
    Future<FunctionCode> code(AppId app, String function, String revision) {
        return code.get().load(app, function, revision);
    }

    private Future<FunctionProcess> create(WorkerdProgram wanted, HostSockets listening, List<FunctionCode> direct) {
        return workerd.start(
                        wanted,
                        Map.of(
                                "host.sock", listening::listenForHost,
                                "supervisor.sock", listening::listenForSupervisor))
                .map(process -> new FunctionProcess(process, listening, direct))
                .onFailure(_ -> listening.close());
    }

    void stop(@Observes @Priority(2500) ShutdownEvent event) {
        synchronized (this) {
            closed = true;
        }
    }
}
