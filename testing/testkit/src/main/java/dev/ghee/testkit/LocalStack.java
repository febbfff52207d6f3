package dev.ghee.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToIntFunction;

/**
 * The backing services of one home: real Postgres, Kafka, S3, Valkey and a mail sink, each a process of its own.
 * Starting is idempotent: what runs already is kept, what died is started again on its old port with its old data.
 * The processes outlive the JVM that started them, so that one test module after another uses the same stack.
 */
public final class LocalStack {
    /** The one region there is for now. */
    public static final String REGION = "us-east-1";

    /** Most connections to a region's cluster, replication apart. */
    public static final int POSTGRES_CONNECTIONS = 500;

    /** Name of the environment variable (system property {@code ghee.test.stack}) with the endpoints file to use. */
    public static final String STACK_VARIABLE = "GHEE_TEST_STACK";

    /** Set by the build: services are tested side by side, and some of their tests hold servers up. */
    private static final String SHARED_HOME_PROPERTY = "ghee.test.home";

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
     * {@code .ghee-test}, or where the module's build says, started when it is not running.
     *
     * @throws StackException naming the component that cannot start
     */
    public static LocalStack shared() {
        String named = System.getProperty("ghee.test.stack", System.getenv().getOrDefault(STACK_VARIABLE, ""));
        return named.isBlank() ? start(sharedHome()) : attach(Path.of(named));
    }

    /** Where {@link #shared} keeps the checkout's own stack. */
    public static Path sharedHome() {
        return Repository.root().resolve(System.getProperty(SHARED_HOME_PROPERTY, SHARED_HOME));
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
        Map<String, OsProcess> running = home.running();
        List<Component> components = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            components.add(kind.component(home, ports, secrets, !running.containsKey(kind.component)));
        }
        home.save(secrets);
        home.save(ports);
        Map<String, Endpoints.Entry> started = Startup.all(components, component -> {
            OsProcess process = running.get(component.name());
            return process != null && adopt(component, process) ? process : Startup.start(component, home);
        });
        new Endpoints(new TreeMap<>(started)).write(home.endpointsFile());
        return new LocalStack(home, secrets);
    }

    private static boolean adopt(Component component, OsProcess process) throws InterruptedException {
        if (Startup.awaitHealthy(component, process, ADOPTION_LIMIT)) {
            return true;
        }
        Startup.stop(component.name(), process);
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

    /** Stops every process that this home records; the data stays. */
    public static void stop(Path directory) {
        StackHome home = StackHome.of(directory);
        try (HomeLock ignored = HomeLock.acquire(home)) {
            Startup.stopAll(home.running());
            Files.deleteIfExists(home.endpointsFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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
        return PostgresCluster.ADMIN;
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
            Component create(StackHome home, ToIntFunction<String> port, Secrets secrets) {
                return new PostgresServer(
                        home, REGION, port.applyAsInt("postgres." + REGION), secrets.postgresAdminPassword());
            }
        },
        KAFKA("kafka") {
            @Override
            Component create(StackHome home, ToIntFunction<String> port, Secrets secrets) {
                return new KafkaBroker(home, port.applyAsInt("kafka"), port.applyAsInt("kafka-controller"));
            }
        },
        S3("s3") {
            @Override
            Component create(StackHome home, ToIntFunction<String> port, Secrets secrets) {
                return new ObjectStore(home, port.applyAsInt("s3"), secrets);
            }
        },
        VALKEY("valkey") {
            @Override
            Component create(StackHome home, ToIntFunction<String> port, Secrets secrets) {
                return new ValkeyServer(home, port.applyAsInt("valkey"));
            }
        },
        MAIL("mail") {
            @Override
            Component create(StackHome home, ToIntFunction<String> port, Secrets secrets) {
                return new MailServer(home, port.applyAsInt("mail"));
            }
        };

        private final String component;

        Kind(String component) {
            this.component = component;
        }

        abstract Component create(StackHome home, ToIntFunction<String> port, Secrets secrets);

        Component component(StackHome home, Ports ports, Secrets secrets, boolean mustBind) {
            return create(home, mustBind ? ports::freeOf : ports::of, secrets);
        }
    }
}
