package dev.ghee.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.ghee.testkit.Component;
import dev.ghee.testkit.Endpoints;
import dev.ghee.testkit.LocalStack;
import dev.ghee.testkit.OsProcess;
import dev.ghee.testkit.Ports;
import dev.ghee.testkit.Repository;
import dev.ghee.testkit.Secrets;
import dev.ghee.testkit.StackHome;
import dev.ghee.testkit.Startup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Killed processes of the backing stack come back, and no data is lost (reliability.md, promise 3). */
class SupervisorFaultIT {
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path directory;

    private StackHome home;
    private List<Component> components;
    private final List<String> events = new CopyOnWriteArrayList<>();
    private final List<Supervisor> supervisors = new ArrayList<>();

    @BeforeEach
    void layOut() {
        home = StackHome.of(directory.resolve("home"));
        Secrets secrets = home.secrets();
        Ports ports = home.ports();
        components = LocalStack.components(home, ports, secrets);
        home.save(secrets);
        home.save(ports);
    }

    @AfterEach
    void stopAll() {
        supervisors.forEach(Supervisor::stop);
        Startup.stopAll(home.running());
    }

    @Test
    void restartsEachKilledProcessAndSaysSo() throws Exception {
        Supervisor supervisor = start();
        Map<String, Endpoints.Entry> before = endpoints().asMap();
        for (Component component : components) {
            before.get(component.name()).process().kill();
        }
        for (Component component : components) {
            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                assertThat(events).contains("died " + component.name(), "restarted " + component.name());
                assertThat(endpoints().get(component.name()).process())
                        .isNotEqualTo(before.get(component.name()).process())
                        .matches(OsProcess::alive);
                assertThat(component.healthy()).isTrue();
            });
        }
        supervisor.stop();
        assertThat(home.running()).isEmpty();
    }

    @Test
    void aNewLauncherRecoversWhatAKilledOneLeft() throws Exception {
        OsProcess launcher = launchApart();
        await().atMost(Duration.ofSeconds(90))
                .until(() -> endpoints().find("kafka").isPresent());
        execute("CREATE TABLE kept AS SELECT 42 AS answer");
        Map<String, OsProcess> orphans = home.running();

        launcher.kill();
        start();

        assertThat(execute("SELECT answer FROM kept")).isEqualTo("42");
        assertThat(orphans.values()).noneMatch(OsProcess::alive);
    }

    @Test
    void dataSurvivesKillingEverythingAtOnce() throws Exception {
        OsProcess launcher = launchApart();
        await().atMost(Duration.ofSeconds(90))
                .until(() -> endpoints().find("kafka").isPresent());
        execute("CREATE TABLE kept AS SELECT 42 AS answer");

        launcher.kill();
        for (OsProcess process : home.running().values()) {
            process.kill();
        }
        start();

        assertThat(execute("SELECT answer FROM kept")).isEqualTo("42");
    }

    /** A launcher in a JVM of its own, so that it can be killed. */
    private OsProcess launchApart() throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-Dghee.root=" + Repository.root(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        BackingLauncher.class.getName(),
                        home.directory().toString())
                .inheritIO()
                .start();
        return OsProcess.of(process.pid(), home.log(StackHome.LAUNCHER));
    }

    @Test
    void aComponentThatCannotStartIsNamedWithItsLog() throws Exception {
        Path data = home.data("kafka");
        Files.createDirectories(data.getParent());
        Files.writeString(data, "not a folder");

        assertThatThrownBy(this::start).hasMessageContaining("kafka");

        assertThat(home.running()).isEmpty();
    }

    private Supervisor start() {
        Startup.stopAll(home.running());
        Supervisor supervisor = new Supervisor(home, Set.of(), new StackEvents() {
            @Override
            public void died(String component, Duration restartIn) {
                events.add("died " + component);
            }

            @Override
            public void restarted(String component, Duration took) {
                events.add("restarted " + component);
            }
        });
        supervisors.add(supervisor);
        supervisor.start(components.stream()
                .map(component -> new Supervisor.Part(component, List.of()))
                .toList());
        return supervisor;
    }

    private Endpoints endpoints() {
        return Endpoints.read(home.endpointsFile());
    }

    private String execute(String sql) throws SQLException {
        LocalStack stack = LocalStack.attach(home.endpointsFile());
        try (Connection connection = DriverManager.getConnection(
                        stack.jdbcUrl("postgres"), stack.adminUser(), stack.adminPassword());
                Statement statement = connection.createStatement()) {
            if (statement.execute(sql)) {
                try (ResultSet result = statement.getResultSet()) {
                    result.next();
                    return result.getString(1);
                }
            }
            return "";
        }
    }
}
