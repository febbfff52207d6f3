package dev.ghee.functions.engine;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
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
    private final int prestarted;
    private final WorkerdProgram program;
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
                config,
                code.isResolvable() && host.isResolvable());
    }

    FunctionProcesses(Vertx vertx, Workerd workerd, FunctionCodeSource code, HostHandler host, EngineConfig config) {
        this(workerd, () -> new HostSockets(vertx, code, host), config, true);
    }

    private FunctionProcesses(Workerd workerd, Supplier<HostSockets> sockets, EngineConfig config, boolean complete) {
        this.complete = complete;
        this.workerd = workerd;
        this.sockets = sockets;
        this.prestarted = config.prestarted();
        String network = OutboundNetwork.config(
                config.allowedNetworks().orElse(List.of()),
                config.refusedNetworks().orElse(List.of()));
        String text = resource("functions.capnp")
                .replace("{heap}", Integer.toString(config.maxMemoryMegabytes()))
                .replace("{network}", network);
        program = new WorkerdProgram(
                "functions",
                text,
                Map.of("dispatcher.js", resource("dispatcher.js")),
                config.maxMemoryMegabytes() + config.baseMemoryMegabytes());
    }

    private static String resource(String name) {
        try (InputStream in = FunctionProcesses.class.getResourceAsStream("/engine/" + name)) {
            if (in == null) {
                throw new IllegalStateException("engine/" + name + " is missing from the build");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
        HostSockets listening = this.sockets.get();
        return workerd.start(
                        program,
                        Map.of(
                                "host.sock", listening::listenForHost,
                                "supervisor.sock", listening::listenForSupervisor))
                .map(process -> new FunctionProcess(process, listening))
                .onFailure(_ -> listening.close());
    }

    void stop(@Observes @Priority(2500) ShutdownEvent event) {
        synchronized (this) {
            closed = true;
        }
    }
}
