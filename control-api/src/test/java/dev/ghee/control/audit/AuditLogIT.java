package dev.ghee.control.audit;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AuditEvent;
import dev.ghee.contracts.Contracts;
import dev.ghee.contracts.Topics;
import dev.ghee.control.testing.Api;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@WithTestResource(StackResource.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AuditLogIT {
    private final Api owner = Api.owner();
    private String app = "";

    @Inject
    AuditRetention retention;

    /** The server is not yet known before all. */
    @BeforeEach
    void makeApp() {
        if (app.isEmpty()) {
            app = owner.readyApp();
        }
    }

    private AuditEvent event(String id, String eventType, Instant at) {
        return new AuditEvent(
                UUID.fromString(id),
                new AppId(app),
                "admin",
                eventType,
                "enable",
                "table",
                "messages",
                "api_key",
                "k1",
                null,
                null,
                null,
                true,
                null,
                null,
                at);
    }

    private void publish(byte[]... records) throws Exception {
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", Api.config("kafka.bootstrap.servers")),
                new StringSerializer(),
                new ByteArraySerializer())) {
            for (byte[] record : records) {
                producer.send(new ProducerRecord<>(Topics.AUDIT, app, record)).get();
            }
        }
    }

    private int count(String eventType) {
        return owner.request()
                .queryParam("event_type", eventType)
                .get("/v1/{app}/audit-logs", app)
                .then()
                .statusCode(200)
                .extract()
                .path("total");
    }

    @Test
    void eventsOfOtherServicesAreKeptOnceAndPoisonIsPassedOver() throws Exception {
        byte[] once = Contracts.write(event(UUID.randomUUID().toString(), "realtime.once", Instant.now()));
        byte[] last = Contracts.write(event(UUID.randomUUID().toString(), "realtime.last", Instant.now()));
        publish(once, "not json".getBytes(StandardCharsets.UTF_8), "{}".getBytes(StandardCharsets.UTF_8), once, last);
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(count("realtime.last")).isEqualTo(1));
        assertThat(count("realtime.once")).isEqualTo(1);
    }

    @Test
    void whatIsOlderThanTheRetentionGoes() throws Exception {
        publish(Contracts.write(event(
                UUID.randomUUID().toString(), "realtime.old", Instant.now().minus(181, ChronoUnit.DAYS))));
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(count("realtime.old")).isEqualTo(1));
        assertThat(retention.deleteOld(Instant.now().minus(180, ChronoUnit.DAYS)))
                .isPositive();
        assertThat(count("realtime.old")).isZero();
        assertThat(count("app.created")).isEqualTo(1);
    }

    @Test
    void filtersAndPages() {
        owner.request()
                .queryParam("category", "admin")
                .queryParam("action", "create")
                .queryParam("resource_type", "app")
                .queryParam("resource_id", app)
                .queryParam("from", "2020-01-01T00:00:00Z")
                .queryParam("to", "2999-01-01T00:00:00Z")
                .queryParam("limit", "1")
                .get("/v1/{app}/audit-logs", app)
                .then()
                .statusCode(200)
                .body("total", equalTo(1))
                .body("limit", equalTo(1))
                .body("offset", equalTo(0))
                .body("nextOffset", nullValue())
                .body("logs[0].app_id", equalTo(app))
                .body("logs[0].actor_type", equalTo("api_key"));
        owner.request()
                .queryParam("to", "2020-01-01T00:00:00Z")
                .get("/v1/{app}/audit-logs", app)
                .then()
                .body("total", equalTo(0));
        owner.request()
                .queryParam("user_id", "x' OR '1'='1")
                .get("/v1/{app}/audit-logs", app)
                .then()
                .statusCode(200)
                .body("total", equalTo(0));
    }

    @ParameterizedTest
    @CsvSource({
        "limit, 0",
        "limit, 501",
        "limit, ten",
        "limit, 99999999999999999999",
        "offset, -1",
        "offset, x",
        "category, everything",
        "action, drop",
        "from, yesterday",
        "to, +999999999-01-01T00:00:00Z",
    })
    void parametersThatDoNotFitAreNamed(String name, String value) {
        owner.request()
                .queryParam(name, value)
                .get("/v1/{app}/audit-logs", app)
                .then()
                .statusCode(400)
                .body("error.code", equalTo("VALIDATION_INVALID_SCHEMA"))
                .body("error.details[0].path", equalTo(name));
    }

    @Test
    void logsOfOthersAreNotFound() {
        Api.stranger().request().get("/v1/{app}/audit-logs", app).then().statusCode(404);
        given().get("/v1/{app}/audit-logs", app).then().statusCode(401);
    }
}
