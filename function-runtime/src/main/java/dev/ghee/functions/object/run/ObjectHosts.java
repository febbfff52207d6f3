package dev.ghee.functions.object.run;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.functions.engine.EngineConfig;
import dev.ghee.functions.engine.OutboundNetwork;
import dev.ghee.functions.engine.Workerd;
import dev.ghee.functions.object.place.Node;
import dev.ghee.functions.object.place.Snapshots;
import dev.ghee.functions.object.store.ObjectClasses;
import dev.ghee.functions.object.store.ObjectEnvironment;
import dev.ghee.functions.object.store.ObjectPlaces;
import dev.ghee.functions.object.store.ObjectUse;
import dev.ghee.functions.object.store.ObjectUse.Used;
import dev.ghee.tenancy.directory.AppDirectory;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The apps whose objects this node has. */
@ApplicationScoped
public class ObjectHosts {
    private static final Logger LOG = Logger.getLogger(ObjectHosts.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);
    /** Looks between two writes of what was used. */
    private static final int LOOKS_PER_WRITE = 20;

    private final AppDirectory apps;
    private final ObjectClasses classes;
    private final ObjectEnvironment environment;
    private final ObjectUse use;
    private final Workerd workerd;
    private final String network;
    private final ObjectsConfig config;
    private final ProcessWatch watch;
    private final Map<AppId, AppHost> hosts = new ConcurrentHashMap<>();
    private final ExecutorService work = Executors.newVirtualThreadPerTaskExecutor();
    private final Node node;
    private final ObjectPlaces places;
    private final Snapshots snapshots;
    private final String address;
    private volatile boolean stopping;

    ObjectHosts(
            AppDirectory apps,
            ObjectClasses classes,
            ObjectEnvironment environment,
            ObjectUse use,
            Workerd workerd,
            ObjectsConfig config,
            EngineConfig engine,
            ObjectPlaces places,
            Snapshots snapshots,
            @ConfigProperty(name = "quarkus.http.host", defaultValue = "127.0.0.1") String httpHost,
            @ConfigProperty(name = "quarkus.http.port", defaultValue = "8080") int httpPort,
            MeterRegistry metrics) {
        this.apps = apps;
        this.classes = classes;
        this.environment = environment;
        this.use = use;
        this.workerd = workerd;
        this.network = network(engine, config);
        this.config = config;
        this.places = places;
        this.snapshots = snapshots;
        this.address = config.address().orElse("http://" + httpHost + ":" + httpPort);
        this.node = Node.open(config.directory());
        this.watch = new ProcessWatch(config, metrics);
        metrics.gauge("ghee.durable_objects.processes", this, ObjectHosts::processes);
    }

    void start(@Observes StartupEvent event) {
        apps.onChange(this::appChanged);
        node.apps().forEach(this::host);
        work.execute(this::look);
    }

    /** From now on leases are not renewed, and nothing starts by itself. */
    void stopLooking() {
        stopping = true;
        work.shutdownNow();
    }

    void stop(@Observes ShutdownEvent event) {
        stopLooking();
        hosts.values().forEach(host -> stateOf(host).ifPresent(host::end));
        writeUse();
        node.close();
    }

    /** Where the app's objects are, if that is known without waiting; null when {@link #ready} has to be asked. */
    public @Nullable Whereabouts known(AppId app) {
        AppHost host = hosts.get(app);
        return host == null ? null : host.known();
    }

    /**
     * Starts the app's process unless it runs, here or on another node. Waits: call from a virtual thread. Fails with
     * {@code SERVICE_BUSY}.
     */
    public Whereabouts ready(AppState app) {
        AppHost host = host(app.appId());
        if (host.current() == null && processes() >= config.maxProcesses()) {
            throw new GheeException(ErrorCode.SERVICE_BUSY, "Too many apps' objects run at the moment")
                    .withHeader("Retry-After", "5");
        }
        return host.ready(app);
    }

    /**
     * The app's code or environment is another now. Waits until what ran here has ended; then objects' next lives have
     * it. Another node that runs them learns it with its lease, within two seconds.
     */
    public void changed(AppState app) {
        AppHost host = hosts.get(app.appId());
        if (host != null) {
            host.end(app);
            work.execute(() -> startIfDue(host));
        }
    }

    /** Why the definition cannot be loaded; empty when it can. */
    public Optional<String> tryOut(AppId app, Definition definition) {
        try {
            var program = new ObjectProgram(definition, network, config.maxMemoryMegabytes());
            ObjectProcess.tryOut(workerd, program.inMemory(app));
            return Optional.empty();
        } catch (ObjectProcess.StartException e) {
            return Optional.of(e.getMessage() == null ? "It cannot be loaded" : e.getMessage());
        } catch (IOException e) {
            throw new GheeException(ErrorCode.SERVICE_BUSY, "workerd could not be started", e)
                    .withHeader("Retry-After", "5");
        }
    }

    private static String network(EngineConfig engine, ObjectsConfig config) {
        List<String> allowed = new ArrayList<>(engine.allowedNetworks().orElse(List.of()));
        allowed.addAll(config.allowedNetworks().orElse(List.of()));
        return OutboundNetwork.config(allowed, engine.refusedNetworks().orElse(List.of()));
    }

    private AppHost host(AppId app) {
        return hosts.computeIfAbsent(
                app,
                id -> new AppHost(
                        id,
                        new Keeping(id, node, places, snapshots, config, address),
                        classes,
                        environment,
                        workerd,
                        network,
                        config));
    }

    private int processes() {
        return (int)
                hosts.values().stream().filter(host -> host.current() != null).count();
    }

    private void appChanged(AppState state) {
        AppHost host = hosts.get(state.appId());
        if (host == null || stopping) {
            return;
        }
        if (state.status() == AppState.Status.DELETING) {
            work.execute(() -> delete(host));
        } else if (state.paused()) {
            work.execute(() -> host.end(state));
        }
    }

    private void delete(AppHost host) {
        try {
            host.delete();
            hosts.remove(host.app(), host);
            LOG.infof("Objects deleted with their app: app=%s", host.app());
        } catch (IOException e) {
            LOG.errorf(e, "Objects' storage is not deleted: app=%s", host.app());
        }
    }

    private void look() {
        // What a predecessor that was killed left behind: no stray may live, no alarm be forgotten.
        hosts.values().forEach(host -> attempt(host, AppHost::findAlarms));
        try {
            for (int count = 1; !stopping; count++) {
                Thread.sleep(LOOK_EVERY);
                for (AppHost host : hosts.values()) {
                    stateOf(host).ifPresent(state -> {
                        attempt(host, one -> one.endIfIdle(state));
                        host.tend(state, work);
                    });
                    watch.look(host);
                    startIfDue(host);
                }
                if (count % LOOKS_PER_WRITE == 0) {
                    writeUse();
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("Objects are no longer looked after");
        }
    }

    private Optional<AppState> stateOf(AppHost host) {
        return apps.known(host.app()).filter(state -> state.status() != AppState.Status.DELETING);
    }

    private interface Step {
        void on(AppHost host) throws IOException;
    }

    private static void attempt(AppHost host, Step step) {
        try {
            step.on(host);
        } catch (IOException e) {
            LOG.warnf("Objects' storage: app=%s cause=%s", host.app(), e.getMessage());
        }
    }

    private void startIfDue(AppHost host) {
        if (stopping || !host.due()) {
            return;
        }
        AppState state = apps.known(host.app()).orElse(null);
        if (state == null || state.paused() || state.status() != AppState.Status.READY) {
            return;
        }
        work.execute(() -> {
            try {
                ready(state);
            } catch (GheeException e) {
                LOG.warnf("Alarm is late: app=%s code=%s", host.app(), e.code());
            }
        });
    }

    private void writeUse() {
        for (AppHost host : hosts.values()) {
            Used used = host.takeUse();
            AppState state = apps.known(host.app()).orElse(null);
            if (used.isNothing() || state == null || state.status() == AppState.Status.DELETING) {
                continue;
            }
            try {
                use.add(state, used);
            } catch (GheeException e) {
                host.giveBack(used);
                LOG.warnf("Use is written later: app=%s code=%s", host.app(), e.code());
            }
        }
    }
}
