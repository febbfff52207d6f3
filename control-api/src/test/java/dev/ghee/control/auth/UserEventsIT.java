package dev.ghee.control.auth;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ghee.contracts.Contracts;
import dev.ghee.contracts.Topics;
import dev.ghee.contracts.UserEvent;
import dev.ghee.contracts.UserEvent.Kind;
import dev.ghee.control.testing.Api;
import dev.ghee.testkit.StackResource;
import dev.ghee.testkit.token.Jws;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whoever serves users over a long time hears when that has to end. */
@QuarkusTest
@WithTestResource(StackResource.class)
class UserEventsIT {
    @SuppressWarnings("NullAway.Init")
    private TestApp app;

    private String email = "";
    private String user = "";

    @BeforeEach
    void signUp() {
        app = TestApp.create();
        email = TestApp.address();
        user = app.signUp(email);
    }

    @Test
    void deletingAUserIsTold() {
        TestApp.owner()
                .delete("/v1/{app}/admin/auth/users/{id}", app.id, user)
                .then()
                .statusCode(200);

        UserEvent told = awaitOne();
        assertThat(told.kind()).isEqualTo(Kind.DELETED);
        assertThat(told.userId()).isEqualTo(user);
        assertThat(told.at()).isBetween(Instant.now().minusSeconds(60), Instant.now());
    }

    @Test
    void suspendingAUserIsToldWithTheSessionsThatEnded() {
        app.session(email);
        List<String> sessions = sessions();

        TestApp.owner()
                .contentType(ContentType.JSON)
                .body("{}")
                .post("/v1/{app}/admin/auth/users/{id}/ban", app.id, user)
                .then()
                .statusCode(200);

        UserEvent told = awaitOne();
        assertThat(told.kind()).isEqualTo(Kind.SUSPENDED);
        assertThat(told.sessions()).isEqualTo(sessions);
    }

    @Test
    void deletingNobodyIsNotTold() {
        TestApp.owner()
                .delete("/v1/{app}/admin/auth/users/{id}", app.id, "00000000-0000-0000-0000-000000000000")
                .then()
                .statusCode(404);

        app.session(email);
        assertThat(events()).isEmpty();
    }

    @Test
    void loggingOutIsToldWithTheSessionsThatEnded() {
        TestApp.Session phone = app.session(email);
        app.session(email);
        List<String> sessions = sessions();

        given().auth()
                .oauth2(phone.access())
                .contentType(ContentType.JSON)
                .body("{}")
                .post("/auth/{app}/logout", app.id)
                .then()
                .statusCode(200);

        UserEvent told = awaitOne();
        assertThat(told.kind()).isEqualTo(Kind.SIGNED_OUT_EVERYWHERE);
        assertThat(told.sessions()).containsExactlyInAnyOrderElementsOf(sessions);
        assertThat(app.query("SELECT count(*) FROM ghee.sessions WHERE revoked_at IS NULL"))
                .isEqualTo("0");
    }

    @Test
    void aReplayedRefreshTokenTellsOfItsSessionOnly() {
        TestApp.Session victim = app.session(email);
        List<String> sessions = sessions();
        app.session(email);
        app.refresh(victim.refresh()).then().statusCode(200);
        app.update("UPDATE ghee.refresh_tokens SET used_at = used_at - interval '1 hour' WHERE used_at IS NOT NULL");

        app.refresh(victim.refresh()).then().statusCode(401);

        UserEvent told = awaitOne();
        assertThat(told.kind()).isEqualTo(Kind.SESSIONS_ENDED);
        assertThat(told.sessions()).isEqualTo(sessions);
    }

    @Test
    void endingOneSessionIsToldWithItsIdAlone() {
        TestApp.Session here = app.session(email);
        TestApp.Session elsewhere = app.session(email);
        String ended = new JsonPath(Jws.parse(elsewhere.access()).payload()).getString("sid");

        given().auth()
                .oauth2(here.access())
                .delete("/auth/{app}/sessions/{id}", app.id, ended)
                .then()
                .statusCode(200);

        UserEvent told = awaitOne();
        assertThat(told.kind()).isEqualTo(Kind.SESSIONS_ENDED);
        assertThat(told.sessions()).containsExactly(ended);
    }

    @Test
    void aPasswordResetIsToldAsSigningOutEverywhere() {
        app.session(email);
        List<String> sessions = sessions();
        app.post("forgot-password", Map.of("email", email)).then().statusCode(200);

        app.post("reset-password", Map.of("token", TestApp.mailedToken(email), "newPassword", "Another-Horse-8"))
                .then()
                .statusCode(200);

        UserEvent told = awaitOne();
        assertThat(told.kind()).isEqualTo(Kind.SIGNED_OUT_EVERYWHERE);
        assertThat(told.sessions()).isEqualTo(sessions);
    }

    private List<String> sessions() {
        return List.of(app.query("SELECT string_agg(id::text, ',') FROM ghee.sessions WHERE revoked_at IS NULL")
                .split(","));
    }

    private UserEvent awaitOne() {
        await().atMost(Duration.ofSeconds(20)).until(() -> !events().isEmpty());
        assertThat(events()).hasSize(1);
        return events().getFirst();
    }

    /** What is on the topic about this app. */
    private List<UserEvent> events() {
        Map<String, Object> settings = Map.of("bootstrap.servers", Api.config("kafka.bootstrap.servers"));
        try (var kafka = new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            var partition = new TopicPartition(Topics.USER_EVENTS, 0);
            kafka.assign(List.of(partition));
            kafka.seekToBeginning(List.of(partition));
            long end = kafka.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
            List<UserEvent> events = new ArrayList<>();
            while (kafka.position(partition) < end) {
                kafka.poll(Duration.ofMillis(200)).forEach(record -> events.add(read(record.value())));
            }
            return events.stream()
                    .filter(event -> event.appId().value().equals(app.id))
                    .toList();
        }
    }

    private static UserEvent read(byte[] json) {
        try {
            return Contracts.read(json, UserEvent.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
