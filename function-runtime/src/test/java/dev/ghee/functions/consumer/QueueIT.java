package dev.ghee.functions.consumer;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;

import dev.ghee.functions.queue.QueueName;
import dev.ghee.functions.queue.QueueWork;
import dev.ghee.functions.trigger.TriggerApp;
import dev.ghee.tenancy.directory.AppDirectory;
import dev.ghee.tenancy.directory.KeyDirectory;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(StackResource.class)
class QueueIT {
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    @Inject
    AppDirectory apps;

    @Inject
    KeyDirectory keys;

    @Inject
    QueueWork work;

    private TriggerApp app;

    @BeforeEach
    void create() throws Exception {
        app = new TriggerApp(apps, keys);
    }

    @AfterEach
    void drop() throws Exception {
        app.close();
    }

    private void send(String queue, String body) {
        app.service()
                .body(body)
                .post(app.path("queues/" + queue + "/messages"))
                .then()
                .statusCode(201);
    }

    @Test
    void messagesReachTheFunctionOnceEach() throws Exception {
        app.deploy("work", "queue", Map.of("queue", "jobs", "concurrency", 4));

        IntStream.range(0, 20).forEach(i -> send("jobs", "{\"message\":{\"n\":" + i + "}}"));

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(app.seen())
                        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 20)
                                .mapToObj(i -> "{\"n\":" + i + "}")
                                .toList()));
        app.service()
                .get(app.path("queues/jobs"))
                .then()
                .statusCode(200)
                .body("ready", equalTo(0))
                .body("dead", equalTo(0));
    }

    @Test
    void whatFailsTooOftenIsADeadLetterThatCanBeTriedAgain() throws Exception {
        app.deploy("work", "queue", Map.of("queue", "jobs", "max_attempts", 2));

        send("jobs", "{\"message\":{\"fail\":true}}");

        await().atMost(PATIENCE)
                .untilAsserted(() -> app.service()
                        .get(app.path("queues/jobs/messages?state=dead"))
                        .then()
                        .statusCode(200)
                        .body("messages", hasSize(1))
                        .body("messages[0].attempts", equalTo(2))
                        .body("messages[0].message.fail", equalTo(true))
                        .body("messages[0].last_error", equalTo("The function answered 500")));
        assertThat(app.query("SELECT attempt FROM seen ORDER BY id")).containsExactly("1", "2");
        app.service().post(app.path("queues/jobs/dead/retry")).then().body("retried", equalTo(1));
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> app.service().get(app.path("queues/jobs")).then().body("dead", equalTo(1)));
        app.service().delete(app.path("queues/jobs/dead")).then().body("deleted", equalTo(1));
        assertThat(app.seen()).hasSize(4);
    }

    /** What a replica that was killed held is another's when its lease ends. */
    @Test
    void whatADeadReplicaHeldIsDeliveredByAnother() throws Exception {
        send("jobs", "{\"message\":{\"n\":1}}");
        assertThat(work.lease(app.state(), new QueueName("jobs"), 1, 1, 5, Duration.ofSeconds(3)))
                .hasSize(1);
        app.service().get(app.path("queues/jobs")).then().body("in_flight", equalTo(1));

        app.deploy("work", "queue", Map.of("queue", "jobs"));

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(app.seen()).containsExactly("{\"n\":1}"));
        assertThat(app.query("SELECT attempt FROM seen")).containsExactly("2");
    }

    @Test
    void delayedMessagesWaitAndMessagesWithoutFunctionStay() throws Exception {
        app.service()
                .body("{\"message\":1,\"delay_seconds\":600}")
                .post(app.path("queues/later/messages"))
                .then()
                .statusCode(201)
                .body("id", notNullValue());
        send("later", "{\"message\":2}");
        app.service()
                .get(app.path("queues"))
                .then()
                .statusCode(200)
                .body("queues[0].name", equalTo("later"))
                .body("queues[0].delayed", equalTo(1))
                .body("queues[0].ready", equalTo(1));
        app.service()
                .get(app.path("queues/later/messages?limit=1"))
                .then()
                .body("messages", hasSize(1))
                .body("messages[0].state", equalTo("delayed"));
    }

    @Test
    void badInputIsTheCallersMistake() {
        for (String body : List.of(
                "",
                "1",
                "{}",
                "{",
                "{\"message\":1,\"delay_seconds\":-1}",
                "{\"message\":1,\"delay_seconds\":\"x\"}",
                "{\"message\":1,\"delay_seconds\":1e99}")) {
            assertThat(app.service()
                            .body(body)
                            .post(app.path("queues/q/messages"))
                            .statusCode())
                    .as(body)
                    .isEqualTo(400);
        }
        app.service()
                .body("{\"message\":\"" + "x".repeat(300_000) + "\"}")
                .post(app.path("queues/q/messages"))
                .then()
                .statusCode(413);
        app.service()
                .body("{\"message\":\"\\u0000\"}")
                .post(app.path("queues/q/messages"))
                .then()
                .statusCode(201);
        app.service()
                .body("{\"message\":1}")
                .post(app.path("queues/$auth-hooks/messages"))
                .then()
                .statusCode(400);
        for (String query : List.of("state=x", "limit=0", "limit=x", "after=-1")) {
            app.service().get(app.path("queues/q/messages?" + query)).then().statusCode(400);
        }
        given().get(app.path("queues")).then().statusCode(401);
    }
}
