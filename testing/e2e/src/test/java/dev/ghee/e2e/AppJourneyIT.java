package dev.ghee.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;

import dev.ghee.e2e.TestApp.User;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What an owner builds and its users do with it, from /init to the audit log. */
class AppJourneyIT {
    private static TestApp app;
    private static User ann;
    private static User ben;

    @BeforeAll
    static void build() {
        app = TestApp.create("journey").withNotes();
        app.enableRealtime("notes");
        ann = app.signUp("ann");
        ben = app.signUp("ben");
    }

    @Test
    void aUserReadsBackWhatTheyWrote() {
        String id = app.insertNote(ann, "mine");
        app.as(ann)
                .get(app.path("/notes/" + id))
                .then()
                .statusCode(200)
                .body("title", equalTo("mine"))
                .body("user_id", equalTo(ann.id()));
    }

    @Test
    void anotherUserDoesNotSeeIt() {
        String id = app.insertNote(ann, "secret");
        app.as(ben).get(app.path("/notes/" + id)).then().statusCode(404);
        app.as(ben).get(app.path("/notes?id=eq." + id)).then().statusCode(200).body("", hasSize(0));
    }

    @Test
    void anotherUserCannotChangeOrDeleteIt() {
        String id = app.insertNote(ann, "stays");
        app.as(ben)
                .body(Map.of("title", "taken"))
                .patch(app.path("/notes/" + id))
                .then()
                .statusCode(404);
        app.as(ben).delete(app.path("/notes/" + id)).then().statusCode(404);
        app.as(ann).get(app.path("/notes/" + id)).then().body("title", equalTo("stays"));
    }

    @Test
    void somebodyWithoutACredentialSeesNothing() {
        app.insertNote(ann, "hidden");
        app.asAnybody().get(app.path("/notes")).then().statusCode(200).body("", hasSize(0));
    }

    @Test
    void theOwnersKeySeesEverybodysRows() {
        String annsNote = app.insertNote(ann, "a");
        String bensNote = app.insertNote(ben, "b");
        app.asOwner()
                .get(app.path("/notes?select=id&id=in.(" + annsNote + "," + bensNote + ")"))
                .then()
                .body("", hasSize(2));
    }

    @Test
    void aSessionGoesOnWithItsRefreshToken() {
        User user = app.logIn(ben.email());
        String renewed = app.asAnybody()
                .body(Map.of("refresh_token", user.refreshToken()))
                .post(app.auth("/refresh"))
                .then()
                .statusCode(200)
                .extract()
                .path("access_token");
        app.platform().as(renewed).get(app.auth("/me")).then().statusCode(200).body("id", equalTo(ben.id()));
    }

    @Test
    void anInsertReachesItsUsersSocketAndNobodyElses() throws Exception {
        try (var anns = app.connect(ann.token()).subscribe("notes");
                var bens = app.connect(ben.token()).subscribe("notes")) {
            String annsNote = app.insertNote(ann, "live");
            var change = anns.await(frame -> LiveSocket.isChange(frame, "INSERT", annsNote));
            assertThat(change.path("record").path("title").asText()).isEqualTo("live");
            String bensNote = app.insertNote(ben, "later");
            bens.await(frame -> LiveSocket.isChange(frame, "INSERT", bensNote));
            assertThat(bens.frames()).noneMatch(frame -> LiveSocket.isChange(frame, "INSERT", annsNote));
        }
    }

    @Test
    void anUpdateAndADeleteReachTheSocket() throws Exception {
        String id = app.insertNote(ann, "before");
        try (var socket = app.connect(ann.token()).subscribe("notes")) {
            app.as(ann)
                    .body(Map.of("title", "after"))
                    .patch(app.path("/notes/" + id))
                    .then()
                    .statusCode(200);
            var update = socket.await(frame -> LiveSocket.isChange(frame, "UPDATE", id));
            assertThat(update.path("old_record").path("title").asText()).isEqualTo("before");
            app.as(ann).delete(app.path("/notes/" + id)).then().statusCode(200);
            socket.await(frame -> LiveSocket.isChange(frame, "DELETE", id));
        }
    }

    @Test
    void aSocketWithAGarbageTokenIsClosedAsUnauthorised() throws Exception {
        try (var socket = app.connect("garbage")) {
            assertThat(socket.closeCode()).isEqualTo(1008);
        }
    }

    @Test
    void aRevokedKeyStopsWorkingWithinASecond() {
        var made = app.asOwner()
                .body(Map.of("name", "e2e", "key_scope", "app", "target_app_id", app.id()))
                .post("/api-keys");
        made.then().statusCode(201).body("key", notNullValue());
        String key = made.path("key");
        app.platform().as(key).get(app.path("/notes")).then().statusCode(200);
        app.asOwner().delete("/api-keys/" + made.path("keyId")).then().statusCode(200);
        await().atMost(Duration.ofSeconds(2))
                .pollInterval(Duration.ofMillis(100))
                .untilAsserted(() -> app.platform()
                        .as(key)
                        .get(app.path("/notes"))
                        .then()
                        .statusCode(401)
                        .body("error.code", equalTo("AUTH_INVALID_API_KEY")));
    }

    @Test
    void anAdministrativeChangeIsInTheAuditLog() {
        app.asOwner()
                .body(Map.of("accessTokenTtl", "20m"))
                .patch(app.path("/config/jwt"))
                .then()
                .statusCode(200);
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(300))
                .untilAsserted(() -> app.asOwner()
                        .get(app.path("/audit-logs?category=admin&limit=200"))
                        .then()
                        .statusCode(200)
                        .body("logs.app_id", hasItem(app.id()))
                        .body("logs.action", hasItem("update")));
    }
}
