package dev.ghee.local;

import dev.ghee.testkit.Component;
import dev.ghee.testkit.Endpoints;
import dev.ghee.testkit.HomeLock;
import dev.ghee.testkit.LocalStack;
import dev.ghee.testkit.OsProcess;
import dev.ghee.testkit.Ports;
import dev.ghee.testkit.Repository;
import dev.ghee.testkit.Secrets;
import dev.ghee.testkit.ServiceConfiguration;
import dev.ghee.testkit.StackException;
import dev.ghee.testkit.StackHome;
import dev.ghee.testkit.Startup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The whole platform running from one home: the backing stack, every service, and the edge. One per home at a time.
 * Components that die are started again until {@link #close}, which stops them all.
 */
public final class GheeStack implements AutoCloseable {
    static final String CONTROL_API = "control-api";
    static final String REALTIME_GATEWAY = "realtime-gateway";
    static final String FUNCTION_RUNTIME = "function-runtime";
    static final String STORAGE_SERVICE = "storage-service";
    static final String EDGE = "edge";
    static final Set<String> SERVICES = Set.of(CONTROL_API, REALTIME_GATEWAY, FUNCTION_RUNTIME, STORAGE_SERVICE, EDGE);
    private static final String POSTGRES = "postgres." + LocalStack.REGION;
    /** Connections left to the platform's own database, provisioning and people, when all services use their share. */
    private static final int SPARE_CONNECTIONS = 60;

    private final StackHome home;
    private final int port;
    private final Secrets secrets;
    private final Supervisor supervisor;
    private final HomeLock lock;

    private GheeStack(StackHome home, int port, Secrets secrets, Supervisor supervisor, HomeLock lock) {
        this.home = home;
        this.port = port;
        this.secrets = secrets;
        this.supervisor = supervisor;
        this.lock = lock;
    }

    /**
     * Starts all and returns when all is healthy. Takes {@code RATE_LIMIT_BYPASS_TOKEN} from the environment.
     *
     * @param directory home; created when missing
     * @param port of the edge on loopback
     * @throws StackException naming the component that cannot start, why, and its log; nothing is left running
     */
    public static GheeStack start(Path directory, int port) {
        return start(directory, port, ReplicaCounts.ONE_EACH, StackEvents.SILENT);
    }

    /**
     * As {@link #start(Path, int)}, telling of each step and of every later restart.
     *
     * @param replicas how many processes of each service
     */
    public static GheeStack start(Path directory, int port, ReplicaCounts replicas, StackEvents events) {
        StackHome home = StackHome.of(directory);
        HomeLock lock = lock(home);
        try {
            // What a run that was killed left behind; its data stays.
            Startup.stopAll(home.running());
            requireFree(port);
            home.record(StackHome.LAUNCHER, OsProcess.current(home.log(StackHome.LAUNCHER)));
            Secrets secrets = home.secrets();
            Ports ports = home.ports();
            Supervisor supervisor = new Supervisor(home, replicas.names(SERVICES), events);
            List<Supervisor.Part> parts = parts(home, port, ports, secrets, replicas);
            home.save(secrets);
            home.save(ports);
            StackHome.writePrivately(home.directory().resolve("owner.key"), secrets.ownerKey() + "\n");
            GheeStack stack = new GheeStack(home, port, secrets, supervisor, lock);
            Thread atExit = new Thread(stack::close, "stop-stack");
            Runtime.getRuntime().addShutdownHook(atExit);
            supervisor.start(parts);
            return stack;
        } catch (RuntimeException e) {
            release(lock);
            throw e;
        }
    }

    /**
     * The stack of this JVM's tests: started by the first caller under {@code .ghee-test-e2e} in the checkout on a
     * free port, ended with the JVM.
     */
    public static GheeStack shared() {
        return Shared.STACK;
    }

    private static final class Shared {
        static final GheeStack STACK = startShared();

        private static GheeStack startShared() {
            Path directory = Repository.root().resolve(".ghee-test-e2e");
            Ports ports = StackHome.of(directory).ports();
            return start(directory, ports.freeOf(EDGE));
        }
    }

    private static HomeLock lock(StackHome home) {
        try {
            return HomeLock.tryAcquire(home.directory().resolve("launcher.lock"))
                    .orElseThrow(() -> new StackException(
                            "launcher", "a stack runs in " + home.directory() + " already; stop it with: ./ghee down"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void release(HomeLock lock) {
        try {
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void requireFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (IOException e) {
            throw new StackException(EDGE, "port " + port + " is taken; set GHEE_PORT to another", null, e);
        }
    }

    private static List<Supervisor.Part> parts(
            StackHome home, int port, Ports ports, Secrets secrets, ReplicaCounts replicas) {
        List<Component> backing = LocalStack.components(home, ports, secrets);
        int controlPort = ports.freeOf(CONTROL_API);
        Map<String, Integer> gatewayPorts = new LinkedHashMap<>();
        replicas.names(REALTIME_GATEWAY).forEach(name -> gatewayPorts.put(name, ports.freeOf(name)));
        Map<String, Integer> functionPorts = new LinkedHashMap<>();
        replicas.names(FUNCTION_RUNTIME).forEach(name -> functionPorts.put(name, ports.freeOf(name)));
        Map<String, Integer> storagePorts = new LinkedHashMap<>();
        replicas.names(STORAGE_SERVICE).forEach(name -> storagePorts.put(name, ports.freeOf(name)));
        Map<String, List<String>> backends = Map.of(
                CONTROL_API,
                urls(List.of(controlPort)),
                REALTIME_GATEWAY,
                urls(gatewayPorts.values()),
                FUNCTION_RUNTIME,
                urls(functionPorts.values()),
                STORAGE_SERVICE,
                urls(storagePorts.values()));

        Map<String, Endpoints.Entry> planned = new HashMap<>();
        for (Component component : backing) {
            planned.put(
                    component.name(),
                    new Endpoints.Entry(OsProcess.current(home.log(component.name())), component.endpoint()));
        }
        Map<String, String> shared = new HashMap<>(ServiceConfiguration.of(new Endpoints(planned), secrets));
        shared.put("ghee.control-api.url", "http://127.0.0.1:" + controlPort);
        shared.put("ghee.public-url", "http://127.0.0.1:" + port);
        int processes = 1 + gatewayPorts.size() + functionPorts.size() + storagePorts.size();
        shared.put(
                "ghee.pools.max-total",
                Integer.toString((LocalStack.POSTGRES_CONNECTIONS - SPARE_CONNECTIONS) / processes));
        String bypass = System.getenv().getOrDefault("RATE_LIMIT_BYPASS_TOKEN", "");
        if (!bypass.isEmpty()) {
            shared.put("ghee.rate-limit.bypass-token", bypass);
        }
        Map<String, String> unprivileged = new HashMap<>(shared);
        unprivileged.keySet().removeAll(ServiceConfiguration.CONTROL_API_ONLY);

        List<Supervisor.Part> parts = new ArrayList<>();
        backing.forEach(component -> parts.add(new Supervisor.Part(component, List.of())));
        parts.add(new Supervisor.Part(
                new QuarkusService(home, CONTROL_API, CONTROL_API, controlPort, 448, 128, shared),
                List.of(POSTGRES, "kafka")));
        // What waits for slow clients lies outside of the heap, and its limit of 256 MiB has to be reached first.
        gatewayPorts.forEach((name, gatewayPort) -> parts.add(new Supervisor.Part(
                new QuarkusService(home, name, REALTIME_GATEWAY, gatewayPort, 448, 384, unprivileged),
                List.of(POSTGRES, "kafka"))));
        functionPorts.forEach((name, functionPort) -> parts.add(new Supervisor.Part(
                new QuarkusService(home, name, FUNCTION_RUNTIME, functionPort, 320, 192, unprivileged),
                List.of(POSTGRES, "kafka"))));
        storagePorts.forEach((name, storagePort) -> parts.add(new Supervisor.Part(
                new QuarkusService(home, name, STORAGE_SERVICE, storagePort, 384, 256, unprivileged),
                List.of(POSTGRES, "kafka", "s3"))));
        parts.add(new Supervisor.Part(new EdgeRouter(home, port, backends), List.of()));
        return parts;
    }

    private static List<String> urls(Collection<Integer> ports) {
        return ports.stream().map(port -> "http://127.0.0.1:" + port).toList();
    }

    /** Base URL of the edge, without a slash at the end. */
    public String edgeUrl() {
        return "http://127.0.0.1:" + port;
    }

    /** The platform owner's service key. */
    public String ownerKey() {
        return secrets.ownerKey();
    }

    /** A platform token of the bootstrap owner, as {@code ./ghee token} prints. */
    public String platformToken() {
        return PlatformToken.forOwner(secrets.localJwtSecret(), Instant.now());
    }

    public StackHome home() {
        return home;
    }

    /** Every component's endpoint and process, as they are now. */
    public Endpoints endpoints() {
        return Endpoints.read(home.endpointsFile());
    }

    /** The backing services, as tests that need no platform see them. */
    public LocalStack backing() {
        return LocalStack.attach(home.endpointsFile());
    }

    /** Stops everything; the data stays. Safe to call twice. */
    @Override
    public void close() {
        supervisor.stop();
        release(lock);
    }
}
