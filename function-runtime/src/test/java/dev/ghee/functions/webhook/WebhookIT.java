package dev.ghee.functions.webhook;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.ghee.functions.trigger.TriggerApp;
import dev.ghee.tenancy.directory.AppDirectory;
import dev.ghee.tenancy.directory.KeyDirectory;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(StackResource.class)
class WebhookIT {
    private static final String SECRET = "whsec_test";

    @Inject
    AppDirectory apps;

    @Inject
    KeyDirectory keys;

    private TriggerApp app;

    @BeforeEach
    void create() throws Exception {
        app = new TriggerApp(apps, keys);
    }

    @AfterEach
    void drop() throws Exception {
        app.close();
    }

    private Response send(String function, String header, String signature, String body) {
        return given().header(header, signature)
                .contentType("application/json")
                .body(body)
                .post(app.path("webhook/" + function + "?from=test"));
    }

    private Response stripe(String body, long seconds) {
        return send(
                "pay",
                "Stripe-Signature",
                "t=" + seconds + ",v1=" + WebhookSigning.hex(SECRET, seconds + "." + body),
                body);
    }

    @Test
    void stripesEventsAreTakenOnceAndTheFunctionAnswers() throws Exception {
        app.deploy("pay", "webhook", Map.of("provider", "stripe", "secret", SECRET));
        long now = Instant.now().getEpochSecond();
        String event = "{\"id\":\"evt_1\",\"type\":\"paid\"}";
        stripe(event, now).then().statusCode(201).header("x-own", "yes").body("noted", equalTo(true));
        stripe(event, now)
                .then()
                .statusCode(200)
                .header("x-butterbase-duplicate", "true")
                .body("ok", equalTo(true))
                .body("duplicate", equalTo(true));
        // Signed anew, the same event.
        stripe(event, now - 1).then().statusCode(200).body("duplicate", equalTo(true));
        stripe("{\"id\":\"evt_2\"}", now - 301)
                .then()
                .statusCode(401)
                .body("error", equalTo("signature verification failed"));
        assertThat(app.seen()).hasSize(1);
    }

    @Test
    void whatTheFunctionDidNotTakeMayComeAgain() throws Exception {
        app.deploy("hook", "webhook", Map.of("provider", "github", "secret", SECRET));
        String body = "{\"fail\":true}";
        String signature = "sha256=" + WebhookSigning.hex(SECRET, body);
        send("hook", "X-Hub-Signature-256", signature, body).then().statusCode(500);
        send("hook", "X-Hub-Signature-256", signature, body).then().statusCode(500);
        assertThat(app.seen()).hasSize(2);
    }

    @Test
    void aKeyOfTheSenderTellsRepeats() throws Exception {
        app.deploy(
                "own",
                "webhook",
                Map.of(
                        "provider",
                        "custom",
                        "secret",
                        SECRET,
                        "signature_header",
                        "X-Mine",
                        "idempotency_key_header",
                        "X-Key"));
        String signature = WebhookSigning.hex(SECRET, "{}");
        for (String key : new String[] {"one", "two", "one"}) {
            given().header("X-Mine", signature)
                    .header("X-Key", key)
                    .contentType("application/json")
                    .body("{}")
                    .post(app.path("webhook/own"));
        }
        assertThat(app.seen()).hasSize(2);
        send("own", "X-Signature", signature, "{}").then().statusCode(401);
    }

    @Test
    void withoutWebhookThereIsNothing() {
        app.deploy("plain", "http", Map.of("auth", "none"));
        send("plain", "x", "y", "{}").then().statusCode(404);
        send("missing", "x", "y", "{}").then().statusCode(404);
    }
}
