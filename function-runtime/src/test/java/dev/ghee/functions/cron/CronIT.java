package dev.ghee.functions.cron;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.ghee.contracts.AppState;
import dev.ghee.functions.function.DeployedFunction;
import dev.ghee.functions.function.FunctionDirectory;
import dev.ghee.functions.function.Trigger;
import dev.ghee.functions.trigger.TriggerApp;
import dev.ghee.tenancy.directory.AppDirectory;
import dev.ghee.tenancy.directory.KeyDirectory;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(StackResource.class)
class CronIT {
    @Inject
    AppDirectory apps;

    @Inject
    KeyDirectory keys;

    @Inject
    FunctionDirectory functions;

    @Inject
    CronStore store;

    private TriggerApp app;

    @BeforeEach
    void create() throws Exception {
        app = new TriggerApp(apps, keys);
    }

    @AfterEach
    void drop() throws Exception {
        app.close();
    }

    @Test
    void aMissedTickIsMadeUpForOnceAndTheRunIsSeen() throws Exception {
        app.deploy("nightly", "cron", Map.of("schedule", "* * * * *", "timezone", "Europe/Berlin"));
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(app.query("SELECT due_at FROM ghee.cron_runs"))
                        .hasSize(1));
        app.service()
                .get(app.path("functions/nightly/schedule"))
                .then()
                .statusCode(200)
                .body("schedule", equalTo("* * * * *"))
                .body("timezone", equalTo("Europe/Berlin"))
                .body("next_run", notNullValue());

        app.sql("UPDATE ghee.cron_runs SET due_at = due_at - interval '10 minutes'");
        app.told(AppState.Status.READY);

        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> app.service()
                        .get(app.path("functions/nightly/schedule"))
                        .then()
                        .body("last_run.status", equalTo(201))
                        .body("last_run.error", nullValue()));
        assertThat(app.seen().getFirst()).contains("\"type\":\"cron\"", "Europe/Berlin");
        // The next minute may have come meanwhile, but none twice.
        assertThat(app.query("SELECT body FROM seen")).doesNotHaveDuplicates();
    }

    @Test
    void ofManyReplicasOneTakesATick() throws Exception {
        app.deploy("yearly", "cron", Map.of("schedule", "0 0 1 1 *"));
        AppState state = app.state();
        DeployedFunction function = functions
                .find(state, "yearly")
                .toCompletionStage()
                .toCompletableFuture()
                .get()
                .orElseThrow();
        Trigger.Cron cron = function.trigger(Trigger.Cron.class).orElseThrow();
        store.begin(state, function, cron, Instant.now().minusSeconds(3600));
        Instant tick = Instant.now().truncatedTo(ChronoUnit.MINUTES).plusSeconds(60);

        Callable<Boolean> replica = () -> store.take(state, function, cron, tick);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            assertThat(threads
                            .invokeAll(Stream.generate(() -> replica).limit(12).toList())
                            .stream()
                            .filter(done -> done.resultNow()))
                    .hasSize(1);
        }
        assertThat(store.take(state, function, cron, tick.minusSeconds(60))).isFalse();
    }

    @Test
    void aFunctionWithoutScheduleHasNone() {
        app.deploy("plain", "http", Map.of("auth", "none"));
        app.service().get(app.path("functions/plain/schedule")).then().statusCode(404);
        app.service().get(app.path("functions/missing/schedule")).then().statusCode(404);
    }
}
