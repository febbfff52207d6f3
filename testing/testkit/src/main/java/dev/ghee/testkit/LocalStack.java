package dev.ghee.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The backing services of one home: real Postgres, Kafka, S3, Valkey and a mail sink, each a process of its own.
 * Starting is idempotent: what runs already is kept, what died is started again on its old port with its old data.
 * The processes outlive the JVM that started them, so that one test module after another uses the same stack.
 */
public final class LocalStack {
    /** The one region there is for now. */
    public static final String REGION = "us-east-1";

    /** Name of the environment variable (system property {@code ghee.test.stack}) with the endpoints file to use. */
    public static final String STACK_VARIABLE = "GHEE_TEST_STACK";

    private static final String SHARED_HOME = ".ghee-test";
    private static final Duration ADOPTION_LIMIT = Duration.ofSeconds(5);

    private final StackHome home;
    private final Secrets secrets;

    private LocalStack(StackHome home, Secrets secrets) {
        this.home = home;
        this.secrets = secrets;
    }

    /**
     * The stack for tests: the one named by {@value #STACK_VARIABLE}, else the checkout's own under
     * {@code .ghee-test}, started when it is not running.
     *
     * @throws StackException naming the component that cannot start
     */
    public static LocalStack shared() {
        String named = System.getProperty("ghee.test.stack", System.getenv().getOrDefault(STACK_VARIABLE, ""));
        return named.isBlank() ? start(sharedHome()) : attach(Path.of(named));
    }

    /** Where {@link #shared} keeps the checkout's own stack. */
    public static Path sharedHome() {
        return Repository.root().resolve(SHARED_HOME);
    }

    /** A stack that is running already; starts nothing. The argument is its endpoints file. */
    public static LocalStack attach(Path endpointsFile) {
        Path directory = endpointsFile.toAbsolutePath().getParent();
        if (directory == null || !endpointsFile.toFile().exists()) {
            throw new StackException("stack", "there is no endpoints file " + endpointsFile);
        }
        StackHome home = StackHome.of(directory);
        return new LocalStack(home, home.secrets());
    }

    /** Starts what does not run yet in this home, in parallel, and returns when all is healthy. */
    public static LocalStack start(Path directory) {
        StackHome home = StackHome.of(directory);
        try (HomeLock ignored = HomeLock.acquire(home)) {
            return startLocked(home);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static LocalStack startLocked(StackHome home) {
        Secrets secrets = home.secrets();
        Ports ports = home.ports();
        Endpoints running = Endpoints.read(home.endpointsFile());
        List<Component> components = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            boolean alive = running.find(kind.component)
                    .map(entry -> entry.process().alive())
                    .orElse(false);
            components.add(kind.component(home, ports, secrets, !alive));
        }
        home.save(secrets);
        home.save(ports);
        Map<String, Endpoints.Entry> started = new TreeMap<>(Startup.all(components, component -> {
            OsProcess process = running.find(component.name())
                    .map(Endpoints.Entry::process)
                    .filter(OsProcess::alive)
                    .orElse(null);
            return process != null && adopt(component, process)
                    ? process
                    : Startup.start(component, home.log(component.name()));
        }));
        Map<String, Endpoints.Entry> all = new TreeMap<>(running.asMap());
        all.putAll(started);
        new Endpoints(all).write(home.endpointsFile());
        return new LocalStack(home, secrets);
    }

    private static boolean adopt(Component component, OsProcess process) throws InterruptedException {
        if (Startup.awaitHealthy(component, process, ADOPTION_LIMIT)) {
            return true;
        }
        process.stop(component.stopLimit());
        return false;
    }

    /** The components of the backing stack of a home, for a launcher that supervises them itself. */
    public static List<Component> components(StackHome home, Ports ports, Secrets secrets) {
        List<Component> components = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            components.add(kind.component(home, ports, secrets, true));
        }
        return components;
    }

    /** Stops every process of this home that the endpoints file records; the data stays. */
    public static void stop(Path directory) {
        StackHome home = StackHome.of(directory);
        try (HomeLock ignored = HomeLock.acquire(home)) {
            List<Thread> stops = Endpoints.read(home.endpointsFile()).asMap().values().stream()
                    .map(entry -> Thread.startVirtualThread(() -> stop(entry.process())))
                    .toList();
            for (Thread stop : stops) {
                stop.join();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void stop(OsProcess process) {
        try {
            process.stop(Duration.ofSeconds(15));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    public StackHome home() {
        return home;
    }

    /** As the endpoints file says now. */
    public Endpoints endpoints() {
        return Endpoints.read(home.endpointsFile());
    }

    public Secrets secrets() {
        return secrets;
    }

    /** JDBC URL of a database of the region's cluster, without credentials. */
    public String jdbcUrl(String database) {
        Endpoints.Entry postgres = endpoints().get("postgres." + REGION);
        return "jdbc:postgresql://" + postgres.get("host") + ":" + postgres.get("port") + "/" + database;
    }

    /** Superuser of the cluster. */
    public String adminUser() {
        return PostgresServer.ADMIN;
    }

    public String adminPassword() {
        return secrets.postgresAdminPassword();
    }

    public String bootstrapServers() {
        return endpoints().get("kafka").get("bootstrapServers");
    }

    /** Folder in which each message that was sent appears as an {@code .eml} file. */
    public Path mailDirectory() {
        return Path.of(endpoints().get("mail").get("directory"));
    }

    /** The configuration that every service reads: clusters, Kafka, object store, mail, secrets. */
    public Map<String, String> configuration() {
        return ServiceConfiguration.of(endpoints(), secrets);
    }

    /** What the backing stack consists of. */
    private enum Kind {
        POSTGRES("postgres." + REGION) {
            @Override
            Component create(StackHome home, Supplier<Integer> port, Ports ports, Secrets secrets) {
                return new PostgresServer(home, REGION, port.get(), secrets.postgresAdminPassword());
            }
        },
        KAFKA("kafka") {
            @Override
            Component create(StackHome home, Supplier<Integer> port, Ports ports, Secrets secrets) {
                return new KafkaBroker(home, port.get(), ports.of("kafka-controller"));
            }
        },
        S3("s3") {
            @Override
            Component create(StackHome home, Supplier<Integer> port, Ports ports, Secrets secrets) {
                return new ObjectStore(home, port.get(), secrets);
            }
        },
        VALKEY("valkey") {
            @Override
            Component create(StackHome home, Supplier<Integer> port, Ports ports, Secrets secrets) {
                return new ValkeyServer(home, port.get());
            }
        },
        MAIL("mail") {
            @Override
            Component create(StackHome home, Supplier<Integer> port, Ports ports, Secrets secrets) {
                return new MailServer(home, port.get());
            }
        };

        private final String component;

        Kind(String component) {
            this.component = component;
        }

        abstract Component create(StackHome home, Supplier<Integer> port, Ports ports, Secrets secrets);

        Component component(StackHome home, Ports ports, Secrets secrets, boolean mustBind) {
            return create(home, () -> mustBind ? ports.freeOf(component) : ports.of(component), ports, secrets);
        }
    }
}
