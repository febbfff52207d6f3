package dev.ghee.functions.object;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.is;

import dev.ghee.functions.object.run.ObjectHosts;
import dev.ghee.tenancy.directory.AppDirectory;
import dev.ghee.tenancy.directory.KeyDirectory;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What objects stored outlives the processes they run in. */
@QuarkusTest
@WithTestResource(StackResource.class)
class DurableObjectFaultIT {
    private static final int CONNECTIONS = 50;
    private static final int INCREMENTS = 1000;

    @Inject
    AppDirectory apps;

    @Inject
    KeyDirectory keys;

    @Inject
    ObjectHosts hosts;

    @TestHTTPResource("/")
    URI base;

    @ConfigProperty(name = "ghee.durable-objects.directory")
    Path directory;

    private ObjectApp app;

    @BeforeEach
    void createApp() throws Exception {
        app = new ObjectApp(apps, keys);
        app.deployPublic("counter");
    }

    @AfterEach
    void dropApp() throws Exception {
        app.close();
    }

    @Test
    void noAcknowledgedIncrementIsLostWhenTheProcessIsKilledTwice() throws Exception {
        var acknowledged = new AtomicInteger();
        var tried = new AtomicInteger();
        var highest = new AtomicInteger();
        URI counter = base.resolve(app.object("counter", "main"));
        try (HttpClient client = HttpClient.newHttpClient();
                var threads = Executors.newFixedThreadPool(CONNECTIONS)) {
            List<Future<?>> writers = new ArrayList<>();
            for (int i = 0; i < CONNECTIONS; i++) {
                writers.add(threads.submit(() -> {
                    while (acknowledged.get() < INCREMENTS) {
                        tried.incrementAndGet();
                        int n = increment(client, counter);
                        if (n > 0) {
                            acknowledged.incrementAndGet();
                            highest.accumulateAndGet(n, Math::max);
                        }
                    }
                }));
            }
            for (int kill = 1; kill <= 2; kill++) {
                int before = kill * INCREMENTS / 3;
                await().atMost(Duration.ofMinutes(2)).until(() -> acknowledged.get() >= before);
                killProcess();
            }
            for (Future<?> writer : writers) {
                writer.get();
            }
        }
        int stored = given().get(app.object("counter", "main")).jsonPath().getInt("n");
        assertThat(stored).isGreaterThanOrEqualTo(highest.get()).isBetween(acknowledged.get(), tried.get());
    }

    /** The count, or 0 when the increment was not acknowledged. */
    private static int increment(HttpClient client, URI counter) {
        try {
            var request = HttpRequest.newBuilder(counter)
                    .timeout(Duration.ofSeconds(30))
                    .POST(HttpRequest.BodyPublishers.noBody())
                    .build();
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() == 200 ? Integer.parseInt(answer.body().replaceAll("[^0-9]", "")) : 0;
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void anEndlessLoopIsKilledAndTheAppsObjectsGoOn() {
        given().post(app.object("counter", "a")).then().statusCode(200);
        given().get(app.object("counter", "b") + "?do=loop").then().statusCode(502);
        given().get(app.object("counter", "a")).then().statusCode(200).body("n", is(1));
    }

    @Test
    void alarmsFireAfterTheProcessWasKilled() throws Exception {
        given().get(app.object("counter", "a") + "?do=alarm&in=1000").then().statusCode(200);
        killProcess();
        await().pollDelay(Duration.ofSeconds(1))
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(given().get(app.object("counter", "a") + "?do=fired")
                                .jsonPath()
                                .getInt("fired"))
                        .isEqualTo(1));
    }

    /** Kill -9. */
    private void killProcess() throws IOException {
        String record = Files.readString(directory.resolve(app.id.value()).resolve("process"));
        ProcessHandle.of(Long.parseLong(record.substring(0, record.indexOf(' '))))
                .orElseThrow()
                .destroyForcibly();
    }
}
